#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| store::local::fuzzing::dictionary(data));
