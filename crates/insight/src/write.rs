//! Questions and answers to JSON. A question is written with every default filled in, so that
//! reading it again at the same moment gives the same question.

mod answer;
mod cohort;
mod question;
mod site;
mod value;

pub use answer::answer;
pub use cohort::definition;
pub use question::question;
pub use value::{number, value};
