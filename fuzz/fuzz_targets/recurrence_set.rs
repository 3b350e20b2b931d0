//! See `kalends_fuzz::recurrence_set`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::recurrence_set(data));
