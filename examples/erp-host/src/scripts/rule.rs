//! The tenant's rule about orders as an embedded script.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_host::{InvokeError, Plugin, RequestError};
use serde_json::Value;

use super::host;
use crate::call_context::CallContext;
use crate::orders::rule::{OrderRule, RuleError, SCRIPT_NAME, Verdict};

/// How long an order waits for its rule.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Asks the script `validate_order`. The plugin comes later than the rule, because its own services need the rule.
#[derive(Debug, Default)]
pub(super) struct ScriptRule {
    plugin: OnceLock<Plugin>,
}

impl ScriptRule {
    /// From now on this plugin is asked.
    pub(super) fn set(&self, plugin: Plugin) {
        // Only the first plugin counts, and there is one.
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

/// Whether the plugin says that there is no such script, or that it is switched off. The script's own errors come
/// another way, so that one that throws `NOT_FOUND` is not taken for absent.
fn is_absent(code: &str) -> bool {
    matches!(code, "NOT_FOUND" | "CONFLICT")
}
