//! S3: the analytics service.

pub(crate) use super::simple::refuse;
