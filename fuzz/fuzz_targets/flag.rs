#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| flag::fuzzing::flag(data));
