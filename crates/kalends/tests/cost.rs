//! The measurement of costs, as small as it can be, so that it runs when it is wanted: what it asks is answered, and alike
//! in both stores. No time is asserted.

use std::path::Path;

use cost::{ASKED, Mix, Size};

#[test]
fn a_small_store_and_a_large_one_are_asked_the_same() {
    let kalends = Path::new(env!("CARGO_BIN_EXE_kalends"));
    let size = Size { small: ASKED + 50, large: ASKED + 250, rounds: 1 };
    let mut told = 0;
    let folder = tempfile::tempdir().unwrap();
    let all = cost::run(kalends, folder.path(), size, &mut |_| told += 1).unwrap();
    assert_eq!(told, all.len());
    for mix in Mix::LOCAL {
        let lines: Vec<(&str, usize)> =
            all.iter().filter(|one| one.mix == mix).map(|one| (one.what.as_str(), one.lines)).collect();
        assert!(lines.iter().any(|(what, lines)| *what == "agenda, 30 years on" && *lines > 10), "{lines:?}");
        assert!(lines.iter().any(|(what, lines)| *what == "search" && *lines > 4), "{lines:?}");
        assert!(lines.iter().any(|(what, _)| *what == "add"), "{lines:?}");
    }
}
