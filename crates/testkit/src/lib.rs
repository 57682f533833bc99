//! Doubles, generators and contract suites for tests. A dev-dependency only; knows nothing of the
//! server and the binary.

pub mod cases;
pub mod faulty_fs;
pub mod journal_contract;
pub mod random;
pub mod store_contract;
