//! A service as the host describes it: names, access, JSON Schemas.

use std::collections::BTreeMap;

use iota_scripts_domain::{JsonText, ScriptType};
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;

use crate::ports::{HostError, HostErrorCode};

/// A service with its methods, ready to check calls.
#[derive(Debug)]
pub struct Service {
    /// `clients`
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Its methods, by name.
    pub methods: BTreeMap<String, Method>,
}

/// One method of a service.
#[derive(Debug)]
pub struct Method {
    /// Its description.
    pub description: Option<String>,
    /// Whether it reads or writes.
    pub access: Access,
    /// The host's permission that a caller needs, if the descriptor names it.
    pub permission: Option<String>,
    /// The types of scripts that may call it.
    pub script_types: Vec<ScriptType>,
    /// The JSON Schema of the argument list; `None` allows any.
    pub params_schema: Option<Value>,
    /// The JSON Schema of the result; `None` allows any.
    pub result_schema: Option<Value>,
    params: Option<Validator>,
    result: Option<Validator>,
}

/// The effect of a method on the host's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Reads only.
    Read,
    /// May change data; also the default of a descriptor without `access`.
    Write,
}

/// Why a descriptor was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Not JSON, or not of the documented form.
    #[error("the service descriptor is not valid: {0}")]
    Shape(String),
    /// A name that JavaScript does not allow after a dot.
    #[error("\"{0}\" cannot be a name in JavaScript")]
    Name(String),
    /// A schema that does not compile.
    #[error("the schema of {method} is not valid: {reason}")]
    Schema {
        /// `clients.list`
        method: String,
        /// The compiler's message.
        reason: String,
    },
}

#[derive(Deserialize)]
struct RawService {
    name: String,
    description: Option<String>,
    methods: Vec<RawMethod>,
}

#[derive(Deserialize)]
struct RawMethod {
    name: String,
    description: Option<String>,
    access: Option<Access>,
    permission: Option<String>,
    script_types: Option<Vec<ScriptType>>,
    params: Option<Value>,
    result: Option<Value>,
}

impl Service {
    /// Parses the JSON document of `bind_service`.
    ///
    /// # Errors
    /// [`BindError`] names the fault.
    pub fn parse(descriptor: &[u8]) -> Result<Self, BindError> {
        let raw: RawService =
            serde_json::from_slice(descriptor).map_err(|error| BindError::Shape(error.to_string()))?;
        let service = identifier(raw.name)?;
        let methods = raw.methods.into_iter().map(|method| method.parse(&service)).collect::<Result<_, _>>()?;
        Ok(Self { name: service, description: raw.description, methods })
    }
}

impl RawMethod {
    fn parse(self, service: &str) -> Result<(String, Method), BindError> {
        let name = identifier(self.name)?;
        let compile = |schema: &Value| {
            jsonschema::validator_for(schema)
                .map_err(|error| BindError::Schema { method: format!("{service}.{name}"), reason: error.to_string() })
        };
        let params = self.params.as_ref().map(compile).transpose()?;
        let result = self.result.as_ref().map(compile).transpose()?;
        let method = Method {
            description: self.description,
            access: self.access.unwrap_or(Access::Write),
            permission: self.permission,
            script_types: self.script_types.unwrap_or_else(|| ScriptType::ALL.to_vec()),
            params_schema: self.params,
            result_schema: self.result,
            params,
            result,
        };
        Ok((name, method))
    }
}

impl Method {
    /// Checks the arguments of a call.
    ///
    /// # Errors
    /// A `VALIDATION` error whose field is the JSON pointer of the first argument at fault.
    pub fn check(&self, method: &str, args: &Value) -> Result<(), HostError> {
        let Some(error) = self.params.as_ref().and_then(|schema| schema.iter_errors(args).next()) else {
            return Ok(());
        };
        let field = error.instance_path().to_string();
        let place = if field.is_empty() { "its arguments".to_owned() } else { format!("argument {field}") };
        Err(HostError {
            field: Some(field),
            ..HostError::new(HostErrorCode::Validation, format!("{method}: {place}: {error}"))
        })
    }

    /// Checks a service's result.
    ///
    /// # Errors
    /// A `BAD_ANSWER` error that names the first place at fault. The service's effects are not undone.
    pub fn check_result(&self, method: &str, answer: &JsonText) -> Result<(), HostError> {
        let Some(schema) = &self.result else { return Ok(()) };
        let bad = |reason: String| {
            HostError::new("BAD_ANSWER", format!("{method}: the service's result does not match its schema: {reason}"))
        };
        let answer: Value = serde_json::from_str(answer.as_str()).map_err(|error| bad(error.to_string()))?;
        match schema.iter_errors(&answer).next() {
            None => Ok(()),
            Some(error) => Err(bad(format!("{}: {error}", error.instance_path()))),
        }
    }
}

fn identifier(name: String) -> Result<String, BindError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let fits =
        (1..=64).contains(&name.len()) && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit());
    if fits { Ok(name) } else { Err(BindError::Name(name)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(params: &Value) -> Result<Service, BindError> {
        let document = json!({"name": "clients", "methods": [{"name": "get", "access": "read", "params": params}]});
        Service::parse(document.to_string().as_bytes())
    }

    #[test]
    fn arguments_are_checked_against_the_schema() {
        let service = service(&json!({"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1})).unwrap();
        let method = &service.methods["get"];
        assert_eq!(method.check("clients.get", &json!(["a"])), Ok(()));
        let error = method.check("clients.get", &json!([7])).unwrap_err();
        assert_eq!((error.code.as_str(), error.field.as_deref()), ("VALIDATION", Some("/0")));
        assert!(error.message.starts_with("clients.get: argument /0: "), "{error}");
        assert!(method.check("clients.get", &json!([])).is_err());
    }

    #[test]
    fn results_are_checked_against_the_schema() {
        let methods = json!([{"name": "get", "result": {"type": "object", "required": ["id"]}}, {"name": "any"}]);
        let service = Service::parse(json!({"name": "clients", "methods": methods}).to_string().as_bytes()).unwrap();
        let check = |name: &str, answer: &Value| service.methods[name].check_result(name, &JsonText::from(answer));
        assert_eq!(check("get", &json!({"id": 7})), Ok(()));
        assert_eq!(check("get", &json!([])).unwrap_err().code.as_str(), "BAD_ANSWER");
        assert_eq!(check("any", &json!([])), Ok(()));
    }

    #[test]
    fn an_invalid_descriptor_is_rejected_with_its_cause() {
        assert!(matches!(Service::parse(b"{"), Err(BindError::Shape(_))));
        assert!(matches!(Service::parse(br#"{"name":"a b","methods":[]}"#), Err(BindError::Name(_))));
        assert!(matches!(service(&json!({"type": 7})), Err(BindError::Schema { .. })));
    }
}
