//! The OpenAPI 3.1 document of a tenant's endpoints, from their settings. It does not describe bodies, which the
//! scripts define.

use axum::Json;
use iota_scripts_domain::{ActiveEndpoint, EndpointAccess, HttpMethod};
use serde_json::{Map, Value, json};

use crate::ENDPOINT_PREFIX;

/// The document.
pub(crate) fn document(tenant: &str, endpoints: &[ActiveEndpoint]) -> Json<Value> {
    let mut paths: Map<String, Value> = Map::new();
    for active in endpoints {
        let endpoint = &active.endpoint;
        let path = paths.entry(endpoint.path.as_str().to_owned()).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(active);
    }
    Json(json!({
        "openapi": "3.1.0",
        "info": {"title": if tenant.is_empty() { "Endpoints" } else { tenant }, "version": "1"},
        "servers": [{"url": ENDPOINT_PREFIX}],
        "paths": paths,
        "components": {
            "securitySchemes": {"session": {
                "type": "apiKey", "in": "cookie", "name": "session",
                "description": "A session of the application: its cookie or its token.",
            }},
            "schemas": {"Error": {
                "type": "object", "required": ["error"],
                "properties": {"error": {
                    "type": "object", "required": ["code", "message"],
                    "properties": {
                        "code": {"type": "string"}, "message": {"type": "string"}, "execution_id": {"type": "string"},
                    },
                }},
            }},
        },
    }))
}

fn operation(active: &ActiveEndpoint) -> Value {
    let endpoint = &active.endpoint;
    let parameters: Vec<Value> = endpoint
        .path
        .parameters()
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let error = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}});
    let with = |description: &str| {
        let mut response = error.clone();
        response["description"] = description.into();
        response
    };
    let mut operation = json!({
        "operationId": active.script.to_string(),
        "summary": active.name.as_str(),
        "parameters": parameters,
        "responses": {
            "2XX": {"description": "The response of the script."},
            "429": with(&format!("Rate limit exceeded: {} requests per minute.", endpoint.rate_limit.per_minute())),
            "5XX": with("The script failed."),
        },
    });
    if !active.description.as_str().is_empty() {
        operation["description"] = active.description.as_str().into();
    }
    if endpoint.access == EndpointAccess::Session {
        operation["security"] = json!([{"session": []}]);
        operation["responses"]["401"] = with("Authentication required.");
    }
    if !matches!(endpoint.method, HttpMethod::Get | HttpMethod::Delete) {
        operation["requestBody"] = json!({"content": {"application/json": {}}});
    }
    operation
}
