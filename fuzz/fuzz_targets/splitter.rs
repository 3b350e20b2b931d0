//! See `kalends_fuzz::splitter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::splitter(data));
