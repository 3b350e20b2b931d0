//! See `kalends_fuzz::sentence`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::sentence(data));
