//! See `kalends_fuzz::xcal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::xcal(data));
