//! The form of a script: its values and its errors. Input is kept if it is invalid.

use std::collections::BTreeMap;

use iota_scripts_domain::{
    ErrorDetail, FaultCode, FieldError, FieldErrors, FieldProblem, Handler, ScriptDefinition, ScriptInput, ScriptType,
};
use iota_scripts_services::{ServiceError, ports::Diagnostic};

use crate::{extract::FormPairs, locale::Locale};

/// The fields of a script as text, and the error of each.
#[derive(Debug, Clone, Default)]
pub(super) struct ScriptForm {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) script_type: String,
    pub(super) content: String,
    pub(super) cron_expression: String,
    pub(super) timezone: String,
    pub(super) endpoint_method: String,
    pub(super) endpoint_path: String,
    pub(super) endpoint_access: String,
    pub(super) rate_limit_per_minute: String,
    pub(super) event_patterns: String,
    pub(super) retries: String,
    pub(super) retry_delay_seconds: String,
    pub(super) database_access: String,
    pub(super) api_version: String,
    pub(super) library: bool,
    pub(super) run_as: String,
    pub(super) timeout_seconds: String,
    pub(super) max_memory_mb: String,
    pub(super) change_summary: String,
    /// As `id:version`, separated by spaces.
    pub(super) seen_libraries: String,
    errors: BTreeMap<String, String>,
}

impl ScriptForm {
    /// Returns the form of a saved script.
    pub(super) fn of(definition: &ScriptDefinition) -> Self {
        let schedule = definition.kind.schedule();
        let endpoint = definition.kind.endpoint();
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Self {
            name: definition.name.to_string(),
            description: definition.description.as_str().to_owned(),
            script_type: definition.kind.script_type().as_str().to_owned(),
            content: definition.source.as_str().to_owned(),
            cron_expression: text(schedule.map(|schedule| schedule.expression.as_str())),
            timezone: text(schedule.and_then(|schedule| schedule.timezone).map(iota_scripts_domain::TimeZone::name)),
            endpoint_method: text(endpoint.map(|endpoint| endpoint.method.as_str())),
            endpoint_path: text(endpoint.map(|endpoint| endpoint.path.as_str())),
            endpoint_access: text(endpoint.map(|endpoint| endpoint.access.as_str())),
            rate_limit_per_minute: endpoint
                .map(|endpoint| endpoint.rate_limit.per_minute().to_string())
                .unwrap_or_default(),
            event_patterns: definition
                .kind
                .event_patterns()
                .map(|patterns| patterns.iter().collect::<Vec<_>>().join(" "))
                .unwrap_or_default(),
            retries: definition.retry.retries().to_string(),
            retry_delay_seconds: definition.retry.delay_seconds().to_string(),
            database_access: definition.database_access.as_str().to_owned(),
            api_version: definition.api_version.number().to_string(),
            library: definition.library,
            run_as: definition.run_as.as_ref().map(ToString::to_string).unwrap_or_default(),
            timeout_seconds: definition.limits.timeout_seconds().to_string(),
            max_memory_mb: definition.limits.max_memory_mb().to_string(),
            change_summary: String::new(),
            seen_libraries: String::new(),
            errors: BTreeMap::new(),
        }
    }

    /// Returns the form for a page that names these libraries.
    pub(super) fn having_seen(self, seen_libraries: String) -> Self {
        Self { seen_libraries, ..self }
    }

    /// Reads a form as it was sent. Browsers send line ends as CR LF.
    pub(super) fn sent(pairs: &FormPairs) -> Self {
        let get = |name: &str| pairs.get(name).to_owned();
        Self {
            name: get("name"),
            description: get("description").replace("\r\n", "\n"),
            script_type: get("type"),
            content: get("content").replace("\r\n", "\n"),
            cron_expression: get("cron_expression"),
            timezone: get("timezone"),
            endpoint_method: get("endpoint_method"),
            endpoint_path: get("endpoint_path"),
            endpoint_access: get("endpoint_access"),
            rate_limit_per_minute: get("rate_limit_per_minute"),
            event_patterns: get("event_patterns"),
            retries: get("retries"),
            retry_delay_seconds: get("retry_delay_seconds"),
            database_access: get("database_access"),
            api_version: get("api_version"),
            library: !pairs.get("library").is_empty(),
            run_as: get("run_as"),
            timeout_seconds: get("timeout_seconds"),
            max_memory_mb: get("max_memory_mb"),
            change_summary: get("change_summary"),
            seen_libraries: get("seen_libraries"),
            errors: BTreeMap::new(),
        }
    }

    /// Returns the input of the form. Fields of other script types are left out, although a form without JavaScript
    /// sends them.
    pub(super) fn input(&self) -> Result<ScriptInput, FieldErrors> {
        let kind = ScriptType::parse(&self.script_type).ok();
        let of = |owner: ScriptType, text: &String| (kind == Some(owner)).then(|| text.clone());
        let mut errors = FieldErrors::default();
        let mut number = |field: &'static str, text: &str| match text.trim() {
            "" => None,
            text => text.parse::<i64>().map_err(|_| errors.0.push(not_a_number(field))).ok(),
        };
        let rate_limit = match kind {
            Some(ScriptType::Endpoint) => number("rate_limit_per_minute", &self.rate_limit_per_minute),
            _ => None,
        };
        let input = ScriptInput {
            name: self.name.clone(),
            description: self.description.clone(),
            script_type: self.script_type.clone(),
            content: self.content.clone(),
            cron_expression: of(ScriptType::Cron, &self.cron_expression),
            timezone: of(ScriptType::Cron, &self.timezone),
            endpoint_method: of(ScriptType::Endpoint, &self.endpoint_method),
            endpoint_path: of(ScriptType::Endpoint, &self.endpoint_path),
            endpoint_access: of(ScriptType::Endpoint, &self.endpoint_access),
            rate_limit_per_minute: rate_limit,
            event_patterns: of(ScriptType::Embedded, &self.event_patterns)
                .map(|text| text.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            retries: number("retries", &self.retries),
            retry_delay_seconds: number("retry_delay_seconds", &self.retry_delay_seconds),
            database_access: Some(self.database_access.clone()),
            api_version: number("api_version", &self.api_version),
            library: Some(self.library && kind == Some(ScriptType::Embedded)),
            run_as: matches!(kind, Some(ScriptType::Cron | ScriptType::Embedded)).then(|| self.run_as.clone()),
            timeout_seconds: number("timeout_seconds", &self.timeout_seconds),
            max_memory_mb: number("max_memory_mb", &self.max_memory_mb),
            is_active: None,
            change_summary: Some(self.change_summary.clone()),
            seen_libraries: self.seen_libraries.split_whitespace().map(str::to_owned).collect(),
        };
        if errors.0.is_empty() { Ok(input) } else { Err(errors) }
    }

    /// Records the field errors of a use case; returns an error that is not about a field.
    pub(super) fn rejection(&mut self, error: ServiceError, locale: Locale) -> Result<(), ServiceError> {
        let (code, field) = (error.code(), error.field().unwrap_or_default());
        match error {
            ServiceError::Invalid(errors) => {
                for error in errors.0 {
                    // The page shows these libraries now, so the next submission confirms them.
                    if let Some(seen) = error.mistake.as_ref().and_then(|mistake| mistake.values.get("seen")) {
                        self.seen_libraries = format!("{} {seen}", self.seen_libraries);
                    }
                    self.errors.entry(error.field.to_owned()).or_insert_with(|| explained(&error, locale));
                }
                Ok(())
            }
            ServiceError::NameTaken | ServiceError::EndpointTaken => {
                self.errors.insert(field.to_owned(), locale.text(&format!("fault.{code}")).to_owned());
                Ok(())
            }
            error @ ServiceError::LibraryInUse(_) => {
                let text = if locale == Locale::En {
                    error.to_string()
                } else {
                    locale.text(&format!("fault.{code}")).to_owned()
                };
                self.errors.insert(field.to_owned(), text);
                Ok(())
            }
            ServiceError::DoesNotCompile(found) => {
                self.errors.insert(field.to_owned(), compile_error(&found, code, locale));
                Ok(())
            }
            other => Err(other),
        }
    }

    /// Returns the error of a field, or an empty string.
    pub(super) fn error(&self, field: &str) -> &str {
        self.errors.get(field).map_or("", String::as_str)
    }

    /// Checks whether any field has an error.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Returns the function that would be called, if it is not in the source.
    pub(super) fn missing_function(&self) -> Option<String> {
        Handler::of(ScriptType::parse(&self.script_type).ok()?, &self.name).missing_in(&self.content)
    }

    pub(super) fn is_type(&self, script_type: &ScriptType) -> bool {
        self.script_type == script_type.as_str()
    }
}

fn not_a_number(field: &'static str) -> FieldError {
    FieldError::new(field, FieldProblem::Invalid, "not a whole number")
}

/// Returns a compiler error in the user's language, as far as it is translated: its position and kind.
fn compile_error(found: &Diagnostic, code: FaultCode, locale: Locale) -> String {
    if locale == Locale::En {
        return found.sentence();
    }
    let key = format!("fault.{code}");
    let subject = locale.text(&key);
    found
        .line
        .map_or_else(|| subject.to_owned(), |line| format!("{}: {subject}", locale.with("js.line", "line", &line)))
}

/// Returns an error in the user's language: in English the specific mistake, in others the rule of the field.
pub(super) fn explained(error: &FieldError, locale: Locale) -> String {
    if locale == Locale::En {
        return error.message.clone();
    }
    let code = serde_json::to_value(error.code).ok();
    let code = code.as_ref().and_then(|code| code.as_str()).unwrap_or_default();
    if let Some(text) = error.mistake.as_ref().and_then(|mistake| specific_text(mistake, locale)) {
        return text;
    }
    let known = locale.find(&format!("problem.{}", error.field)).or_else(|| locale.find(&format!("problem.{code}")));
    known.unwrap_or(&error.message).to_owned()
}

/// Returns the text for the specific mistake, if there is one.
fn specific_text(mistake: &ErrorDetail, locale: Locale) -> Option<String> {
    let text = locale.find(&format!("mistake.{}", mistake.code))?.to_owned();
    Some(mistake.values.iter().fold(text, |text, (name, value)| {
        let value =
            if *name == "field" { locale.text(&format!("mistake.field.{value}")).to_owned() } else { value.clone() };
        text.replace(&format!("{{{name}}}"), &value)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_schedule_is_explained_in_every_language() {
        let explanation =
            |text: &str, locale| explained(&iota_scripts_domain::CronExpression::parse(text).unwrap_err(), locale);
        assert_eq!(explanation("0 25 * * *", Locale::En), "hour: 25 is not within 0 to 23");
        let russian = explanation("0 25 * * *", Locale::Ru);
        assert!(russian.contains("25") && russian.contains("23") && russian.contains("час"), "{russian}");
        for text in ["0 25 * * *", "*/99 * * * *", "9-5 * * * *", "x * * * *", "* * *", "0 0 30 2 *"] {
            for locale in [Locale::Ru, Locale::Uz] {
                let text = explanation(text, locale);
                assert!(!text.contains(['{', '}']) && text != explanation("", locale), "{text}: {text}");
            }
        }
    }

    fn sent(pairs: &[(&str, &str)]) -> ScriptForm {
        ScriptForm::sent(&FormPairs(
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ))
    }

    #[test]
    fn fields_of_other_script_types_are_ignored() {
        let form = sent(&[("type", "one_off"), ("cron_expression", "0 9 * * *"), ("rate_limit_per_minute", "many")]);
        let input = form.input().unwrap();
        assert_eq!((input.cron_expression, input.rate_limit_per_minute), (None, None));
    }

    #[test]
    fn text_in_a_number_field_is_reported_at_the_field() {
        let mut form = sent(&[("type", "cron"), ("timeout_seconds", "soon"), ("name", "kept")]);
        let errors = form.input().unwrap_err();
        form.rejection(errors.into(), Locale::En).unwrap();
        assert_eq!(
            (form.error("timeout_seconds"), form.error("name"), form.name.as_str()),
            ("not a whole number", "", "kept")
        );
    }

    #[test]
    fn line_ends_are_converted_to_lf() {
        assert_eq!(sent(&[("content", "a\r\nb\n")]).content, "a\nb\n");
    }
}
