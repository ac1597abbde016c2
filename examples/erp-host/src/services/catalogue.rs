//! Descriptions of services: methods with JSON Schemas (2020-12), required permissions and allowed kinds of scripts. Serialized, a
//! description is the descriptor that `bind_service` takes.
#![expect(clippy::needless_pass_by_value, reason = "schemas are built inside out; borrows would only be noise")]

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::access::Permission;
use crate::listing::{MAX_LIMIT, OPERATORS, Source};

/// A service with its methods.
#[derive(Debug, Serialize)]
pub struct Service {
    pub name: &'static str,
    pub description: &'static str,
    pub methods: Vec<Method>,
}

/// A method of a service.
#[derive(Debug, Serialize)]
pub struct Method {
    pub name: &'static str,
    pub description: &'static str,
    pub access: Access,
    /// The name of the permission that a caller needs.
    pub permission: &'static str,
    pub script_types: &'static [ScriptType],
    /// The schema of the argument list.
    pub params: Json,
    /// The schema of the return value.
    pub result: Json,
}

/// Whether a method changes data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
}

/// The kinds of scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptType {
    Cron,
    OneOff,
    Endpoint,
    Embedded,
}

/// A rule that the ERP calls during its own work may read, but not write.
const READERS: &[ScriptType] = &[ScriptType::Cron, ScriptType::OneOff, ScriptType::Endpoint, ScriptType::Embedded];
const WRITERS: &[ScriptType] = &[ScriptType::Cron, ScriptType::OneOff, ScriptType::Endpoint];

impl Method {
    /// A method that every kind of script may call.
    pub(super) const fn read(name: &'static str, description: &'static str, permission: Permission) -> MethodDraft {
        MethodDraft { name, description, permission, access: Access::Read }
    }

    /// A method that changes data.
    pub(super) const fn write(name: &'static str, description: &'static str, permission: Permission) -> MethodDraft {
        MethodDraft { name, description, permission, access: Access::Write }
    }
}

/// A method without schemas yet.
#[derive(Debug)]
pub(super) struct MethodDraft {
    name: &'static str,
    description: &'static str,
    permission: Permission,
    access: Access,
}

impl MethodDraft {
    /// Sets the schemas of the arguments, the first `needed` of which are required, and of the result.
    pub(super) fn schemas(self, arguments: Vec<Json>, needed: usize, result: Json) -> Method {
        Method {
            name: self.name,
            description: self.description,
            access: self.access,
            permission: self.permission.as_str(),
            script_types: if self.access == Access::Read { READERS } else { WRITERS },
            params: json!({
                "type": "array", "minItems": needed, "maxItems": arguments.len(), "prefixItems": arguments,
            }),
            result,
        }
    }
}

/// The schema of an id.
pub(super) fn id() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": 64 })
}

/// The schema of an amount of money.
pub(super) fn money() -> Json {
    json!({ "type": "number", "minimum": 0, "description": "in the tenant's currency, rounded to hundredths" })
}

/// The schema of the argument of a `list` over a source.
pub(super) fn list_argument(source: &Source) -> Json {
    let fields: Vec<&str> = source.columns.iter().map(|column| column.field).collect();
    let sorts: Vec<String> = fields.iter().flat_map(|field| [(*field).to_owned(), format!("-{field}")]).collect();
    json!({
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "filters": {
                "type": "array",
                "maxItems": 20,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["field", "operator"],
                    "properties": {
                        "field": { "enum": fields },
                        "operator": { "enum": OPERATORS },
                        "value": { "description": "null with eq and ne; a list with in; times as ISO 8601" },
                    },
                },
            },
            "search": { "type": ["string", "null"], "maxLength": 100 },
            "sort": { "enum": sorts },
            "limit": { "type": "integer", "minimum": 1, "maximum": MAX_LIMIT },
            "offset": { "type": "integer", "minimum": 0, "maximum": 1_000_000 },
        },
    })
}

/// The schema of an object with at least these properties.
pub(super) fn object(properties: Json) -> Json {
    let required: Vec<String> = properties.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The schema of an argument with exactly these properties, some of them required.
pub(super) fn input(properties: Json, required: &[&str]) -> Json {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The schema of a list.
pub(super) fn list_of(items: Json) -> Json {
    json!({ "type": "array", "items": items })
}

/// The schema of a value that may be null.
pub(super) fn or_null(schema: Json) -> Json {
    json!({ "anyOf": [schema, { "type": "null" }] })
}
