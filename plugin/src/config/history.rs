//! How long history is kept: the keys `history.*`.

use std::{collections::BTreeMap, num::NonZeroU32};

use iota_scripts_domain::{Retention, TenantId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// A hundred years.
const MAX_DAYS: u32 = 36_500;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct History {
    /// Days; 0: forever.
    #[schemars(range(min = 0, max = MAX_DAYS))]
    keep_days: u32,
    /// Days for single tenants, by tenant id.
    tenants: BTreeMap<String, OfTenant>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OfTenant {
    /// Days; 0: forever.
    #[schemars(range(min = 0, max = MAX_DAYS), extend("default" = 0))]
    keep_days: u32,
}

impl History {
    pub(super) fn read(self) -> Result<Retention, ConfigError> {
        let mut retention = Retention { usual: NonZeroU32::new(self.keep_days), ..Retention::default() };
        for (tenant, OfTenant { keep_days }) in self.tenants {
            let section = format!("history.tenants.{tenant}");
            let tenant = TenantId::parse(tenant).map_err(|error| ConfigError::at(&section, error))?;
            retention.tenants.insert(tenant, NonZeroU32::new(keep_days));
        }
        Ok(retention)
    }
}
