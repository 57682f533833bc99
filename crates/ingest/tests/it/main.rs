//! The pipeline over a journal whose commits the test decides, and over the real rooms.

mod fakes;
mod house;
mod once;
mod power_loss;
mod restart;
