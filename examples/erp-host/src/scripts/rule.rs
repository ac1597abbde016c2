//! The tenant's rule for orders as an embedded script.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_host::{InvokeError, Plugin, RequestError};
use serde_json::Value;

use super::host;
use crate::call_context::CallContext;
use crate::orders::rule::{OrderRule, RuleError, SCRIPT_NAME, Verdict};

/// Time limit for the rule of an order.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Calls the script `validate_order`. The plugin is set after the rule is created, because its services need the rule.
#[derive(Debug, Default)]
pub(super) struct ScriptRule {
    plugin: OnceLock<Plugin>,
}

impl ScriptRule {
    /// Sets the plugin to call.
    pub(super) fn set(&self, plugin: Plugin) {
        // Set once; there is only one plugin.
        drop(self.plugin.set(plugin));
    }
}

#[async_trait]
impl OrderRule for ScriptRule {
    async fn validate(&self, context: &CallContext, order: &Value) -> Result<Verdict, RuleError> {
        let plugin = self.plugin.get().ok_or_else(|| RuleError::Fault("scripts are still starting".to_owned()))?;
        let identity = host::identity_of(context);
        let call = plugin.invocation(&identity, SCRIPT_NAME).argument(order).timeout(TIME_LIMIT);
        match call.call().await {
            Ok(value) => Verdict::from_script(&value),
            Err(InvokeError::Request(RequestError::Refused(refusal))) if is_absent(&refusal.code) => {
                Ok(Verdict::NoRule)
            }
            Err(error) => Err(RuleError::Fault(error.to_string())),
        }
    }
}

/// Whether the plugin reports that the script does not exist or is inactive. Errors thrown by the script arrive in another form, so a
/// script that throws `NOT_FOUND` is not taken for a missing one.
fn is_absent(code: &str) -> bool {
    matches!(code, "NOT_FOUND" | "CONFLICT")
}
