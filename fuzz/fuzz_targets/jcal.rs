//! See `kalends_fuzz::jcal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::jcal(data));
