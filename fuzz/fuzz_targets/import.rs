//! See `kalends_fuzz::import`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::import(data));
