//! The binary; everything it does is in the library beside it.

use std::process::ExitCode;

// Events are many small allocations on many threads: mimalloc takes a fifth off the time of a
// batch beside the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    trackflow::cli::main()
}
