//! See `kalends_fuzz::dav_body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::dav_body(data));
