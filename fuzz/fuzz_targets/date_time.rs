//! See `kalends_fuzz::date_time`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kalends_fuzz::date_time(data));
