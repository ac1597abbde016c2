//! How long history is kept: the keys `history.*`.

use std::{collections::BTreeMap, num::NonZeroU32};

use iota_scripts_domain::{Retention, TenantId};
use serde::Deserialize;

use super::{ConfigError, between, wrong};

/// A hundred years.
const MOST_DAYS: u32 = 36_500;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct History {
    /// 0: for ever.
    keep_days: u32,
    tenants: BTreeMap<String, OfTenant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTenant {
    keep_days: u32,
}

impl History {
    pub(super) fn check(self) -> Result<Retention, ConfigError> {
        between("history.keep_days", self.keep_days, 0, MOST_DAYS)?;
        let mut retention = Retention { usual: NonZeroU32::new(self.keep_days), ..Retention::default() };
        for (tenant, OfTenant { keep_days }) in self.tenants {
            let section = format!("history.tenants.{tenant}");
            between(&format!("{section}.keep_days"), keep_days, 0, MOST_DAYS)?;
            let tenant = TenantId::parse(tenant).map_err(|error| wrong(&section, error.to_string()))?;
            retention.tenants.insert(tenant, NonZeroU32::new(keep_days));
        }
        Ok(retention)
    }
}
