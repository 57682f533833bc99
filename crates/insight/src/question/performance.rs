//! `kind: performance`: how fast pages are.

use std::sync::Arc;

use super::Range;
use crate::{Classes, Filter};

/// `kind: performance`.
#[derive(Clone, Debug, PartialEq)]
pub struct Performance {
    /// When.
    pub range: Range,
    /// Which performance events.
    pub filter: Filter,
    /// Pages shown, 1 to 1,000.
    pub limit: usize,
    /// What counts as a performance event.
    pub classes: Arc<Classes>,
}

/// A time that browsers measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Until the page is loaded, ms.
    Load,
    /// Until its DOM is there, ms.
    DomContentLoaded,
    /// Time to first byte, ms.
    Ttfb,
    /// First contentful paint, ms.
    Fcp,
    /// Largest contentful paint, ms.
    Lcp,
    /// Interaction to next paint, ms.
    Inp,
    /// Cumulative layout shift, no unit.
    Cls,
}

impl Metric {
    /// All of them.
    pub const ALL: &'static [Metric] = &[
        Self::Load,
        Self::DomContentLoaded,
        Self::Ttfb,
        Self::Fcp,
        Self::Lcp,
        Self::Inp,
        Self::Cls,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::DomContentLoaded => "dom_content_loaded",
            Self::Ttfb => "ttfb",
            Self::Fcp => "fcp",
            Self::Lcp => "lcp",
            Self::Inp => "inp",
            Self::Cls => "cls",
        }
    }

    /// The properties it is read from; the first that is a number counts.
    pub fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Load => &["loadTime", "load_time", "load_time_ms"],
            Self::DomContentLoaded => &["domContentLoaded", "dom_content_loaded"],
            Self::Ttfb => &["ttfb", "$web_vitals_TTFB_value"],
            Self::Fcp => &["fcp", "$web_vitals_FCP_value"],
            Self::Lcp => &["lcp", "$web_vitals_LCP_value"],
            Self::Inp => &["inp", "$web_vitals_INP_value"],
            Self::Cls => &["cls", "$web_vitals_CLS_value"],
        }
    }
}
