#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| journal::file::fuzzing::journal_tally(data));
