//! Services that answer from a file: each method has one value, or one failure.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use iota_scripts_host::HostError;
use serde_json::{Map, Value, json};

/// The parsed file.
#[derive(Debug, Default)]
pub(super) struct Mocks {
    services: BTreeMap<String, Map<String, Value>>,
    templates: BTreeMap<String, String>,
}

/// The answer of each `service.method`.
pub(super) type Answers = BTreeMap<String, Result<Value, HostError>>;

impl Mocks {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        Self::parse(&text).with_context(|| format!("{shown}"))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let file: Map<String, Value> = serde_json::from_str(text).context("it is not a JSON object")?;
        let mut mocks = Self::default();
        for (name, value) in file {
            let Value::Object(entries) = value else { bail!("`{name}` is not an object") };
            if name == "$templates" {
                for (template, text) in entries {
                    let text =
                        text.as_str().with_context(|| format!("template `{template}` is not a string"))?.to_owned();
                    mocks.templates.insert(template, text);
                }
            } else {
                mocks.services.insert(name, entries);
            }
        }
        mocks.check()?;
        Ok(mocks)
    }

    fn check(&self) -> anyhow::Result<()> {
        for (service, methods) in &self.services {
            for (method, value) in methods {
                failure(value).with_context(|| format!("`$error` of {service}.{method}"))?;
            }
        }
        Ok(())
    }

    pub(super) fn descriptors(&self) -> impl Iterator<Item = Value> {
        self.services.iter().map(|(name, methods)| {
            let methods = methods.keys().map(|method| json!({"name": method, "access": "write"}));
            json!({"name": name, "methods": methods.collect::<Vec<_>>()})
        })
    }

    pub(super) const fn templates(&self) -> &BTreeMap<String, String> {
        &self.templates
    }

    pub(super) fn answers(&self) -> Answers {
        let methods = self.services.iter().flat_map(|(name, methods)| methods.iter().map(move |it| (name, it)));
        methods.map(|(service, (method, value))| (format!("{service}.{method}"), answer(value))).collect()
    }
}

fn failure(value: &Value) -> Result<Option<HostError>, serde_json::Error> {
    value.get("$error").map(|error| serde_json::from_value(error.clone())).transpose()
}

fn answer(value: &Value) -> Result<Value, HostError> {
    match failure(value) {
        Ok(None) => Ok(value.clone()),
        Ok(Some(error)) => Err(error),
        Err(error) => Err(HostError::internal(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_answers_with_its_value_or_its_failure() {
        let text = r#"{"clients": {"list": [1], "get": {"$error": {"code": "NOT_FOUND", "message": "gone"}}},
                       "$templates": {"mail": "Dear {{ name }}"}}"#;
        let mocks = Mocks::parse(text).unwrap();
        assert_eq!(mocks.answers()["clients.list"], Ok(json!([1])));
        assert_eq!(mocks.answers()["clients.get"].as_ref().unwrap_err().code, "NOT_FOUND");
        assert_eq!(mocks.templates()["mail"], "Dear {{ name }}");
        assert_eq!(mocks.descriptors().count(), 1);
    }

    #[test]
    fn a_wrong_file_is_rejected_with_the_reason() {
        let problem = |text| format!("{:#}", Mocks::parse(text).unwrap_err());
        assert!(problem("[]").contains("not a JSON object"));
        assert!(problem(r#"{"a": 1}"#).contains("`a` is not an object"));
        assert!(problem(r#"{"a": {"b": {"$error": 5}}}"#).contains("a.b"));
        assert!(problem(r#"{"$templates": {"t": 5}}"#).contains("template `t`"));
    }
}
