//! `kind: retention`: who comes back.

use super::{Interval, Range, Selector};

/// `kind: retention`.
#[derive(Clone, Debug, PartialEq)]
pub struct Retention {
    /// When start events lie.
    pub range: Range,
    /// Width of a period.
    pub period: Interval,
    /// Periods behind the first, 1 to 90.
    pub periods: usize,
    /// Which start counts.
    pub basis: Basis,
    /// How periods are cut.
    pub windows: Windows,
    /// What puts a person into a cohort.
    pub start: Selector,
    /// What keeps it.
    pub returning: Selector,
}

/// Which start of a person counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// In each period that has one.
    #[default]
    Recurring,
    /// Only the first ever.
    FirstTime,
}

/// How periods are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Windows {
    /// By the calendar of the zone.
    #[default]
    Calendar,
    /// In steps of 1 hour, 24 hours or 7 x 24 hours from the person's own start.
    Rolling,
}
