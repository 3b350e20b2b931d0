//! See `kalends_fuzz::dav_header`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::dav_header(data));
