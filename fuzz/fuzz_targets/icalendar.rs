//! See `kalends_fuzz::icalendar`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::icalendar(data));
