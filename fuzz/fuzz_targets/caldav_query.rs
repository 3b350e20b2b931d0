//! See `kalends_fuzz::caldav_query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::caldav_query(data));
