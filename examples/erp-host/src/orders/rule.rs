//! The tenant's rule for orders: the embedded script `validate_order`, called before an order is saved.
//!
//! Without the script or the plugin, there is no rule. If the script fails, times out or returns anything other than `{valid, errors}`,
//! the order is rejected: a broken rule must not accept every order.

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::call_context::CallContext;

/// The name of the embedded script.
pub const SCRIPT_NAME: &str = "validate_order";

/// The result of the rule for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The tenant has no rule.
    NoRule,
    Accepted,
    Rejected {
        errors: Vec<String>,
    },
}

/// Why the rule failed.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error("{0}")]
    Fault(String),
    #[error("it must return {{valid, errors}}, but returned {0}")]
    Answer(String),
}

/// Calls the tenant's rule.
#[async_trait]
pub trait OrderRule: Send + Sync + std::fmt::Debug {
    /// `order` has `id`, `customer_id`, `items: [{product_id, quantity, price}]`, `total`, `delivery_date`.
    async fn validate(&self, context: &CallContext, order: &Json) -> Result<Verdict, RuleError>;
}

/// The rule of an ERP without the plugin.
#[derive(Debug)]
pub struct NoRule;

#[async_trait]
impl OrderRule for NoRule {
    async fn validate(&self, _context: &CallContext, _order: &Json) -> Result<Verdict, RuleError> {
        Ok(Verdict::NoRule)
    }
}

impl Verdict {
    /// Reads the script's return value.
    pub fn from_script(value: &Json) -> Result<Self, RuleError> {
        let errors = || {
            value.get("errors").and_then(Json::as_array).into_iter().flatten().map(|error| match error {
                Json::String(text) => text.clone(),
                other => other.to_string(),
            })
        };
        match value.get("valid").and_then(Json::as_bool) {
            Some(true) => Ok(Self::Accepted),
            Some(false) if errors().next().is_none() => {
                Ok(Self::Rejected { errors: vec!["the rule gave no reason".to_owned()] })
            }
            Some(false) => Ok(Self::Rejected { errors: errors().collect() }),
            None => Err(RuleError::Answer(value.to_string().chars().take(200).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_clear_yes_accepts() {
        assert_eq!(Verdict::from_script(&json!({ "valid": true, "errors": [] })).expect("yes"), Verdict::Accepted);
        let no = Verdict::from_script(&json!({ "valid": false, "errors": ["too late"] })).expect("no");
        assert_eq!(no, Verdict::Rejected { errors: vec!["too late".to_owned()] });
        for unclear in [json!(null), json!(true), json!({}), json!({ "valid": "yes" }), json!([])] {
            assert!(matches!(Verdict::from_script(&unclear), Err(RuleError::Answer(_))), "{unclear}");
        }
    }
}
