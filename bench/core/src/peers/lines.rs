//! No peer but a limit: the ends of all lines, found with `memchr`.

use std::hint::black_box;
use std::time::Instant;

use crate::contest::Sample;

pub(crate) fn scan(text: &str) -> Sample {
    let begin = Instant::now();
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).fold(0_usize, |lines, end| {
        black_box(end);
        lines + 1
    });
    black_box(lines);
    Sample::since(begin, 1)
}
