//! Texts of templates, fetched by name for `utils.template.render`.

use iota_scripts_domain::{JsonText, TemplateName};

use super::{HostBridge, arguments, invalid, json, refuse, unavailable};
use crate::ports::CallError;

const METHOD: &str = "utils.template.render";

pub(super) async fn get(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    let (name,): (String,) = arguments(METHOD, args)?;
    let name = TemplateName::parse(&name).map_err(|error| invalid(METHOD, &error))?;
    let found = bridge.outside.templates.get(bridge.identity.tenant_id(), &name).await;
    match found.map_err(|error| unavailable(METHOD, &error))? {
        Some(template) => json(&template.body),
        None => Err(refuse("NOT_FOUND", format!("there is no template \"{}\"", name.as_str()))),
    }
}
