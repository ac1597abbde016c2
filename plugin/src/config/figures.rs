//! Limits and quotas of the configuration: figures by name, each of a table and within its range.

use std::collections::BTreeMap;

use iota_scripts_domain::{LimitRange, Limits, QuotaPolicy, TenantId};
use iota_scripts_services::QuotaPolicies;
use serde::Deserialize;

use super::{ConfigError, between, wrong};

/// The usual quotas, and those of tenants for which something else holds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Quotas {
    #[serde(default)]
    tenants: BTreeMap<String, BTreeMap<String, u64>>,
    #[serde(flatten)]
    usual: BTreeMap<String, u64>,
}

/// The operator's limits, over what holds when nothing is said.
pub(super) fn granted(named: &BTreeMap<String, u64>) -> Result<Limits, ConfigError> {
    named.iter().try_fold(Limits::granted(), |limits, (name, figure)| {
        known("limits", name, *figure, Limits::TABLE)?;
        Ok(limits.with(name, *figure))
    })
}

impl Quotas {
    pub(super) fn check(self) -> Result<QuotaPolicies, ConfigError> {
        let quotas = |section: &str, usual: QuotaPolicy, named: BTreeMap<String, u64>| {
            named.into_iter().try_fold(usual, |policy, (name, figure)| {
                known(section, &name, figure, QuotaPolicy::TABLE)?;
                Ok(policy.with(&name, figure))
            })
        };
        let usual = quotas("quotas", QuotaPolicy::default(), self.usual)?;
        let mut policies = QuotaPolicies { usual, ..QuotaPolicies::default() };
        for (tenant, named) in self.tenants {
            let section = format!("quotas.tenants.{tenant}");
            let policy = quotas(&section, usual, named)?;
            let tenant = TenantId::parse(tenant).map_err(|error| wrong(&section, error.to_string()))?;
            policies.tenants.insert(tenant, policy);
        }
        Ok(policies)
    }
}

/// A figure of a table, within its range.
fn known(section: &str, name: &str, figure: u64, table: &[(&'static str, LimitRange)]) -> Result<(), ConfigError> {
    let field = format!("{section}.{name}");
    let Some((_, range)) = table.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = table.iter().map(|(known, _)| *known).collect();
        return Err(wrong(&field, format!("there is no such key; there are {}", known.join(", "))));
    };
    between(&field, figure, range.min, range.max)
}
