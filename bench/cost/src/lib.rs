//! What a command costs in a small store and in a large one, where both give the same answer: whole processes, the two in
//! turn, medians.

mod measure;
mod texts;

use std::fs;
use std::io;
use std::path::Path;

pub use measure::{Measured, Refused};
pub use texts::{ASKED, Chance, IN_A_WEEK, Mix, NEEDLE, NOW, Object, WEEKS, objects, write};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Objects in the small store.
    pub small: usize,
    /// Objects in the large one.
    pub large: usize,
    /// So often each command runs in each store; the median counts.
    pub rounds: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { small: 1_000, large: 100_000, rounds: 20 }
    }
}

/// Makes a small and a large store of each mix in `folder` with the program at `kalends`, and measures all commands in both.
/// `told` hears of each figure as it is there.
///
/// # Errors
/// A file or a program cannot be written or run, a command fails, or the two stores do not answer alike.
pub fn run(
    kalends: &Path,
    folder: &Path,
    size: Size,
    told: &mut dyn FnMut(&Measured),
) -> io::Result<Vec<Measured>> {
    let mut all = Vec::new();
    for mix in Mix::LOCAL {
        let folder = folder.join(mix.name().replace(' ', "-"));
        fs::create_dir_all(&folder)?;
        all.extend(measure::mix(kalends, &folder, mix, size, told)?);
    }
    Ok(all)
}
