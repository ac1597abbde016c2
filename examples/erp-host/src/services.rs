//! The services that scripts can call: `services.clients.list(…)` and others. They run the use cases of the API, with arguments as a JSON
//! array and a catalogue that describes every method.
//!
//! The permission is checked on each call, in the use case, against the user that the script runs as. A call without a user may only
//! read. Methods that find one record return null if it does not exist; those that change one return an error.

mod catalogue;
mod clients;
mod invoices;
mod notifications;
mod orders;
mod products;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;

pub use catalogue::{Access, Method, ScriptType, Service};

use crate::call_context::CallContext;
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::kind;
use crate::orders::rule::OrderRule;

/// The services of the ERP.
#[derive(Debug, Clone)]
pub struct Services {
    erp: Erp,
    rule: Arc<dyn OrderRule>,
}

/// Every service with its methods.
pub fn catalogue() -> Vec<Service> {
    vec![clients::service(), products::service(), orders::service(), invoices::service(), notifications::service()]
}

impl Services {
    pub fn new(erp: Erp, rule: Arc<dyn OrderRule>) -> Self {
        Self { erp, rule }
    }

    /// Calls `service.method` with its arguments.
    pub async fn call(&self, context: &CallContext, name: &str, args: &[Json]) -> Result<Json, AppError> {
        let call = Call { erp: &self.erp, context, args };
        let (service, method) = name.split_once('.').unwrap_or((name, ""));
        let result = match service {
            "clients" => clients::call(&call, method).await?,
            "products" => products::call(&call, method).await?,
            "orders" => orders::call(&call, method, self.rule.as_ref()).await?,
            "invoices" => invoices::call(&call, method).await?,
            "notifications" => notifications::call(&call, method).await?,
            _ => None,
        };
        result.ok_or_else(|| AppError::NoSuchMethod(name.to_owned()))
    }
}

/// One call of a use case.
struct Call<'a> {
    erp: &'a Erp,
    context: &'a CallContext,
    args: &'a [Json],
}

impl Call<'_> {
    /// An argument, null if omitted.
    fn argument(&self, index: usize) -> &Json {
        self.args.get(index).unwrap_or(&Json::Null)
    }

    /// A required text argument.
    fn text(&self, index: usize, name: &str) -> Result<&str, AppError> {
        match self.argument(index) {
            Json::String(text) => Ok(text),
            other => Err(AppError::field(name, format!("{name} must be a text, not {}", kind(other)))),
        }
    }
}

/// The result of a method as JSON.
fn done(value: impl Serialize) -> Result<Option<Json>, AppError> {
    Ok(Some(serde_json::to_value(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn method(name: &str) -> Method {
        let (service, method) = name.split_once('.').expect("service.method");
        let service = catalogue().into_iter().find(|candidate| candidate.name == service).expect("a service");
        service.methods.into_iter().find(|candidate| candidate.name == method).expect("a method")
    }

    #[test]
    fn every_schema_is_a_schema() {
        for service in catalogue() {
            for method in service.methods {
                for schema in [&method.params, &method.result] {
                    jsonschema::draft202012::new(schema)
                        .unwrap_or_else(|error| panic!("{}.{}: {error}", service.name, method.name));
                }
            }
        }
    }

    #[test]
    fn the_calls_of_the_example_scripts_fit_their_schemas() {
        let calls = [
            (
                "clients.list",
                json!([{ "filters": [
                    { "field": "last_activity", "operator": "lt", "value": "2026-01-01T00:00:00.000Z" },
                    { "field": "status", "operator": "eq", "value": "active" },
                ], "limit": 100 }]),
            ),
            ("clients.list", json!([])),
            ("clients.get", json!(["id"])),
            ("products.get", json!(["id"])),
            ("invoices.getOutstandingAmount", json!(["id"])),
            (
                "notifications.sendSMS",
                json!([{ "to": "+998901234567", "message": "Hi", "metadata": { "client_id": "id", "campaign": "c" } }]),
            ),
            (
                "orders.getReport",
                json!([{ "startDate": "2026-01-01T00:00:00.000Z", "endDate": "2026-01-31", "groupBy": "day",
                         "includeMetrics": ["count", "revenue", "average_value"] }]),
            ),
        ];
        for (name, args) in calls {
            jsonschema::validate(&method(name).params, &args).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn arguments_that_no_method_takes_do_not_fit() {
        let calls = [
            ("clients.list", json!([{ "filters": [{ "field": "age", "operator": "eq", "value": 1 }] }])),
            ("clients.list", json!([{ "limit": 501 }])),
            ("clients.get", json!([])),
            ("clients.get", json!(["id", "more"])),
            ("notifications.sendSMS", json!([{ "to": "+998901234567" }])),
            ("orders.getReport", json!([{ "groupBy": "hour" }])),
        ];
        for (name, args) in calls {
            assert!(!jsonschema::is_valid(&method(name).params, &args), "{name} {args}");
        }
    }

    #[test]
    fn embedded_scripts_only_read() {
        for service in catalogue() {
            for method in service.methods {
                let embedded = method.script_types.contains(&ScriptType::Embedded);
                assert_eq!(embedded, method.access == Access::Read, "{}.{}", service.name, method.name);
            }
        }
    }
}
