//! What the steps need beyond the draft and its request.

use std::{path::Path, sync::Arc};

use event::Limits;

use crate::{Policies, agent::Agents, cookieless::Visits, places::Places};

/// The tools of the steps; one set per pipeline.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) limits: Limits,
    pub(crate) policies: Arc<dyn Policies>,
    pub(crate) agents: Agents,
    pub(crate) visits: Visits,
    /// None where no file is configured: places stay unknown.
    pub(crate) places: Option<Places>,
}

impl Tools {
    /// `key` must be fresh random bytes. Reads the file of places where there is one; the error is
    /// a sentence for the operator.
    pub(crate) fn new(
        limits: Limits,
        policies: Arc<dyn Policies>,
        geoip_file: Option<&Path>,
        key: [u8; 16],
    ) -> Result<Self, String> {
        let places = geoip_file.map(Places::open).transpose()?;
        Ok(Self { limits, policies, agents: Agents::default(), visits: Visits::new(key), places })
    }
}
