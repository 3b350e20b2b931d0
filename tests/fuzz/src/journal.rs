//! Any bytes as a segment of a journal.

use store::whole_steps;

/// The bytes are read as a segment: whatever they are, what is behind the last whole step changes nothing before it, and what is cut
/// off adds nothing.
pub fn journal(data: &[u8]) {
    let steps = whole_steps(data);
    let torn = [data, b"KALSTEP\n"].concat();
    assert_eq!(whole_steps(&torn), steps, "a torn end is read");
    let cut = data.iter().fold(0_usize, |sum, byte| sum + usize::from(*byte)) % (data.len() + 1);
    assert!(whole_steps(&data[..cut]) <= steps, "what was cut off at {cut} is read");
}
