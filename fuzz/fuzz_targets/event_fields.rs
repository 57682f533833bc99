#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| event::fuzzing::event_fields(data));
