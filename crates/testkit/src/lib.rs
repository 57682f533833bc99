//! testkit
pub mod faulty_fs;
pub mod journal_contract;
pub mod store_contract;
