//! The API that a script can call, as TypeScript declarations for its editor: the base, the declared tables, and the services of this host.
//!
//! The base is written by hand and must match the API that the runtime binds; the rest is generated from the tables and descriptors.

mod schema;
mod tables;
mod text;

use iota_scripts_domain::{DeclaredTable, ScriptType};
use serde_json::Value;

use self::{
    schema::{Entries, Side, description, entries, type_of},
    text::{comment, indentation, is_identifier, key, literal},
};
use crate::{Access, Method, Service, ServiceCatalog};

const BASE: &str = include_str!("declarations/base.d.ts");
const ABOUT_SERVICES: &str = "/** Services of the application. A call that fails throws an `iota.CallError`. */";

/// The union of script types as the base writes it.
const ANY_TYPE: &str = r#""cron" | "one_off" | "endpoint" | "embedded""#;

/// Words that cannot be the name of a parameter.
const RESERVED: &str = "arguments await break case catch class const continue debugger default delete do else enum eval export \
    extends false finally for function if implements import in instanceof interface let new null package private protected \
    public return static super switch this throw true try typeof var void while with yield";

/// Returns the declarations for scripts of this type, or of every type for `None`: the base, the currently bound services, and the declared
/// tables.
#[must_use]
pub fn declarations(catalog: &ServiceCatalog, tables: &[DeclaredTable], script_type: Option<ScriptType>) -> String {
    let signatures = catalog.signatures();
    let services = signatures.iter().filter_map(|signature| catalog.find(&signature.service));
    let services: String = services.filter_map(|bound| service(&bound, script_type)).collect();
    let (base, entry) = match script_type {
        None => (BASE.to_owned(), String::new()),
        Some(script_type) => (BASE.replace(ANY_TYPE, &literal(script_type.as_str())), entry(script_type)),
    };
    let tables = tables::of(tables);
    format!("{base}{entry}{tables}\n{ABOUT_SERVICES}\ndeclare const services: {{\n{services}}};\n")
}

/// The type of the function that is called.
fn entry(script_type: ScriptType) -> String {
    let (about, function) = match script_type {
        ScriptType::Cron | ScriptType::OneOff => ("`main(input)` is called.", "Main"),
        ScriptType::Endpoint => ("`handleRequest(request)` is called.", "HandleRequest"),
        ScriptType::Embedded => (
            "The function that the application names is called, else `main`; with an event, `handleEvent(event)`.",
            "Main | HandleEvent",
        ),
    };
    format!("\ndeclare namespace iota {{\n    /** {about} */\n    type Entry = {function};\n}}\n")
}

/// Declares a service, unless scripts of this type may call none of its methods.
fn service(service: &Service, script_type: Option<ScriptType>) -> Option<String> {
    let allowed = |method: &Method| script_type.is_none_or(|script_type| method.script_types.contains(&script_type));
    let methods: String = service
        .methods
        .iter()
        .filter(|(_, called)| allowed(called))
        .map(|(name, called)| method(name, called))
        .collect();
    if methods.is_empty() && script_type.is_some() {
        return None;
    }
    let indent = indentation(1);
    let about: Vec<String> = service.description.iter().cloned().collect();
    Some(format!("{}{indent}readonly {}: {{\n{methods}{indent}}};\n", comment(&about, &[], 1), key(&service.name)))
}

fn method(name: &str, method: &Method) -> String {
    let Parameters { list, tags } = Parameters::of(method.params_schema.as_ref());
    let result =
        method.result_schema.as_ref().map_or_else(|| "any".to_owned(), |schema| type_of(schema, Side::Result, 2));
    let about: Vec<String> = method.description.iter().cloned().chain([rules(method)]).collect();
    // `new(…)` would declare a constructor.
    let name = if name == "new" { literal(name) } else { key(name) };
    format!("{}{}{name}({}): Promise<{result}>;\n", comment(&about, &tags, 2), indentation(2), list.join(", "))
}

/// Describes whether a method writes, and which scripts may call it.
fn rules(method: &Method) -> String {
    let does = match method.access {
        Access::Read => "Reads only",
        Access::Write => "May change data",
    };
    let types: Vec<&str> = method.script_types.iter().map(|kind| kind.as_str()).collect();
    if ScriptType::ALL.iter().all(|kind| method.script_types.contains(kind)) {
        format!("{does}; for scripts of every type.")
    } else if types.is_empty() {
        format!("{does}; for no script.")
    } else {
        format!("{does}; only for scripts of type {}.", types.join(", "))
    }
}

/// The parameters of a method.
#[derive(Debug, Default)]
struct Parameters {
    /// As declared: `name: type`.
    list: Vec<String>,
    /// `@param` tags of the comment.
    tags: Vec<String>,
}

impl Parameters {
    /// Reads the schema of the argument list.
    fn of(schema: Option<&Value>) -> Self {
        let listed = schema.and_then(Value::as_object).filter(|schema| {
            schema.get("type").map_or_else(|| schema.contains_key("prefixItems"), |kind| kind == "array")
        });
        let Some(Entries { first, more }) = listed.and_then(entries) else {
            return Self { list: vec!["...args: Array<unknown>".to_owned()], tags: Vec::new() };
        };
        let (mut found, mut names) = (Self::default(), Vec::new());
        for (schema, required) in first {
            let name = free(parameter_name(schema, required), &names);
            let mark = if required { "" } else { "?" };
            found.list.push(format!("{name}{mark}: {}", type_of(schema, Side::Argument, 2)));
            found.tags.extend(description(schema).iter().map(|about| format!("@param {name} {about}")));
            names.push(name);
        }
        if let Some(more) = more {
            let name = free("args".to_owned(), &names);
            found.list.push(format!("...{name}: Array<{}>", type_of(more, Side::Argument, 2)));
        }
        found
    }
}

/// Returns the schema's title if it is a valid name, else a generic word.
fn parameter_name(schema: &Value, required: bool) -> String {
    let title = schema.get("title").and_then(Value::as_str);
    if let Some(title) = title.filter(|title| is_identifier(title) && !RESERVED.split(' ').any(|word| word == *title)) {
        return title.to_owned();
    }
    let is_object = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        Some(kind) => kind == "object",
        None => schema.get("properties").is_some(),
    };
    match (is_object, required) {
        (true, true) => "input",
        (true, false) => "options",
        (false, _) => "value",
    }
    .to_owned()
}

/// Appends a number to the name if it is taken.
fn free(name: String, taken: &[String]) -> String {
    let others = (2..).map(|number| format!("{name}{number}"));
    std::iter::once(name.clone()).chain(others).find(|name| !taken.contains(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests;
