//! Limits and quotas of the configuration: numbers by name, with the ranges of the domain's tables.

use std::collections::BTreeMap;

use iota_scripts_domain::{LimitRange, Limits, QuotaPolicy, TenantId};
use iota_scripts_services::QuotaPolicies;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ConfigError, ConfigProblem};

/// The default quotas, and quotas for single tenants.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Quotas {
    #[serde(default)]
    tenants: BTreeMap<String, BTreeMap<String, u64>>,
    #[serde(flatten)]
    usual: BTreeMap<String, u64>,
}

/// Returns the operator's limits, with the defaults for limits that are not given.
pub(super) fn operator_limits(named: &BTreeMap<String, u64>) -> Result<Limits, ConfigError> {
    named.iter().try_fold(Limits::granted(), |limits, (name, figure)| {
        known("limits", name, Limits::TABLE)?;
        Ok(limits.with(name, *figure))
    })
}

impl Quotas {
    pub(super) fn read(self) -> Result<QuotaPolicies, ConfigError> {
        let quotas = |section: &str, usual: QuotaPolicy, named: BTreeMap<String, u64>| {
            named.into_iter().try_fold(usual, |policy, (name, figure)| {
                known(section, &name, QuotaPolicy::TABLE)?;
                Ok(policy.with(&name, figure))
            })
        };
        let usual = quotas("quotas", QuotaPolicy::default(), self.usual)?;
        let mut policies = QuotaPolicies { usual, ..QuotaPolicies::default() };
        for (tenant, named) in self.tenants {
            let section = format!("quotas.tenants.{tenant}");
            let policy = quotas(&section, usual, named)?;
            let tenant = TenantId::parse(tenant).map_err(|error| ConfigError::at(&section, error))?;
            policies.tenants.insert(tenant, policy);
        }
        Ok(policies)
    }
}

/// Rejects a name that is not in the table.
fn known(section: &str, name: &str, table: &[(&'static str, LimitRange)]) -> Result<(), ConfigError> {
    if table.iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    let known = table.iter().map(|(known, _)| *known).collect();
    Err(ConfigError::at(format!("{section}.{name}"), ConfigProblem::UnknownKey { known }))
}

/// The schema of `limits`. The default of a limit that authors choose is its maximum.
pub(super) fn limits_schema(_: &mut SchemaGenerator) -> Schema {
    let granted = Limits::granted();
    let keys = properties(Limits::TABLE, |name, range| granted.get(name).unwrap_or(range.default));
    json_schema!({"type": "object", "additionalProperties": false, "properties": keys})
}

/// The schema of `quotas`.
pub(super) fn quotas_schema(_: &mut SchemaGenerator) -> Schema {
    let mut keys = properties(QuotaPolicy::TABLE, |_, range| range.default);
    let of_tenant = json!({"type": "object", "additionalProperties": false, "properties": keys});
    keys.insert("tenants".to_owned(), json!({"type": "object", "additionalProperties": of_tenant}));
    json_schema!({"type": "object", "additionalProperties": false, "properties": keys})
}

fn properties(table: &[(&'static str, LimitRange)], default: impl Fn(&str, &LimitRange) -> u64) -> Map<String, Value> {
    let key = |(name, range): &(&'static str, LimitRange)| {
        let schema =
            json!({"type": "integer", "minimum": range.min, "maximum": range.max, "default": default(name, range)});
        ((*name).to_owned(), schema)
    };
    table.iter().map(key).collect()
}
