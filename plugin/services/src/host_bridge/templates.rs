//! Loads templates by name for `utils.template.render`.

use iota_scripts_domain::{JsonText, Template, TemplateLocale, TemplateName};

use super::{HostBridge, arguments, invalid, json, refuse, unavailable};
use crate::ports::CallError;

const METHOD: &str = "utils.template.render";

/// `[name]` or `[name, locale]`: the default locale is the tenant's.
pub(super) async fn get(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    let mut given = arguments::<Vec<String>>(METHOD, args)?.into_iter();
    let name = given.next().unwrap_or_default();
    let name = TemplateName::parse(&name).map_err(|error| invalid(METHOD, &error))?;
    let locale = match given.next() {
        Some(locale) => Some(TemplateLocale::parse(&locale).map_err(|error| invalid(METHOD, &error))?),
        None => bridge.scope.identity.tenant.locale(),
    };
    let found = bridge.ports.templates.named(bridge.scope.identity.tenant_id(), &name).await;
    let found = found.map_err(|error| unavailable(METHOD, &error))?;
    let there: Vec<&str> = found.iter().filter_map(|template| Some(template.locale.as_ref()?.as_str())).collect();
    let message = match &locale {
        Some(locale) if !there.is_empty() => {
            let (name, locale) = (name.as_str(), locale.as_str());
            format!("there is no template \"{name}\" for {locale}; there is one for {}", there.join(", "))
        }
        None if !there.is_empty() => {
            format!(
                "there is no template \"{}\" without a locale; there is one for {}",
                name.as_str(),
                there.join(", ")
            )
        }
        Some(_) | None => format!("there is no template \"{}\"", name.as_str()),
    };
    match Template::best_for(found, locale.as_ref()) {
        Some(template) => json(&template.body),
        None => Err(refuse("NOT_FOUND", message)),
    }
}
