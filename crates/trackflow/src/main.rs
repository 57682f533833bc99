//! The binary; everything it does is in the library beside it.

use std::process::ExitCode;

// Events are many small allocations that begin on one thread and end on another, which is what
// mimalloc is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    trackflow::cli::main()
}
