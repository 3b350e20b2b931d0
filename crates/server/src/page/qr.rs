//! A text as a picture that a phone reads (QR code), drawn as one path.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// A picture of square modules: `M` and `h` for each run of dark ones.
#[derive(Debug)]
pub(super) struct Picture {
    /// Modules on a side, with the quiet zone around them.
    pub(super) side: usize,
    /// What a path of SVG draws, a module being one unit.
    pub(super) path: String,
}

/// So many light modules stand around it (ISO/IEC 18004).
const QUIET: usize = 4;

/// Draws a text; `None` where it is too long for that.
pub(super) fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(PartialEq::eq) {
            if run.first() == Some(&Color::Dark) {
                // A string takes all that is written to it.
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Picture { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_all_dark_modules_and_a_quiet_zone() {
        let text = "davx5://ann:secret@example.com/";
        let drawn = picture(text).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        let runs = drawn.path.split('M').skip(1).map(|run| {
            let (_, length) = run.split_once('h').unwrap();
            length.split_once('v').unwrap().0.parse::<usize>().unwrap()
        });
        assert_eq!(runs.sum::<usize>(), dark);
        assert_eq!(drawn.side, code.width() + 8);
        assert!(drawn.path.starts_with("M4 4h7"), "the first finder pattern: {}", drawn.path);
        assert!(picture(&"x".repeat(5_000)).is_none());
    }
}
