//! Input for a script: [`ScriptInput`] before validation, [`ScriptDraft`] after it.

use serde::{Deserialize, Serialize};

use super::{
    ApiVersion, ChangeSummary, CronExpression, CronSchedule, DatabaseAccess, Description, Endpoint, EndpointAccess,
    EventPatterns, HttpMethod, RateLimit, RetryPolicy, RoutePattern, ScriptDefinition, ScriptKind, ScriptName,
    ScriptType, SourceCode, TimeZone,
};
use crate::{FieldError, FieldErrors, FieldProblem, ScriptLimits, UserId};

/// The input of a form or a JSON request, not validated yet. Blank texts count as missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScriptInput {
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Type: `cron`, `one_off`, `endpoint` or `embedded`.
    #[serde(rename = "type")]
    pub script_type: String,
    /// JavaScript source.
    pub content: String,
    /// Cron scripts: expression of five fields.
    pub cron_expression: Option<String>,
    /// Cron scripts: IANA name of the time zone; default the tenant's zone.
    pub timezone: Option<String>,
    /// Endpoint scripts: HTTP method.
    pub endpoint_method: Option<String>,
    /// Endpoint scripts: path pattern.
    pub endpoint_path: Option<String>,
    /// Endpoint scripts: `session` (default) or `public`.
    pub endpoint_access: Option<String>,
    /// Endpoint scripts: requests per minute.
    pub rate_limit_per_minute: Option<i64>,
    /// Embedded scripts: patterns of the events to handle.
    pub event_patterns: Vec<String>,
    /// Retries of a failed background run.
    pub retries: Option<i64>,
    /// Delay before the first retry in seconds.
    pub retry_delay_seconds: Option<i64>,
    /// Wall time of one run in seconds.
    pub timeout_seconds: Option<i64>,
    /// Memory of one run in MiB.
    pub max_memory_mb: Option<i64>,
    /// Access to the host's tables: `read` (default) or `read_write`.
    pub database_access: Option<String>,
    /// Version of the JavaScript API; default 1.
    pub api_version: Option<i64>,
    /// Embedded scripts: whether other scripts may import it.
    pub library: Option<bool>,
    /// Cron and embedded scripts: user that schedules and events run it as. Default: unchanged, or for a new script the user who first
    /// makes it able to run.
    pub run_as: Option<String>,
    /// Whether the script is active. Default: active for a new script, unchanged for an edited one.
    pub is_active: Option<bool>,
    /// Description of the change.
    pub change_summary: Option<String>,
    /// Libraries that the author has seen, as `id:version`. Not stored with the script.
    pub seen_libraries: Vec<String>,
}

/// Valid input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptDraft {
    name: ScriptName,
    description: Description,
    kind: ScriptKind,
    source: SourceCode,
    limits: ScriptLimits,
    retry: RetryPolicy,
    database_access: DatabaseAccess,
    api_version: ApiVersion,
    library: bool,
    run_as: Option<UserId>,
    active: Option<bool>,
    pub(super) change_summary: Option<ChangeSummary>,
}

impl ScriptDraft {
    /// Validates every field.
    ///
    /// # Errors
    /// The errors of all fields.
    ///
    /// ```
    /// use iota_scripts_domain::{ScriptDraft, ScriptInput};
    /// let errors = ScriptDraft::parse(&ScriptInput { name: "Report".into(), script_type: "cron".into(), ..ScriptInput::default() });
    /// let fields: Vec<_> = errors.unwrap_err().0.iter().map(|error| error.field).collect();
    /// assert_eq!(fields, ["cron_expression", "content"]);
    /// ```
    pub fn parse(input: &ScriptInput) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep(ScriptName::parse(&input.name));
        let description = errors.keep(Description::parse(&input.description));
        let kind =
            errors.keep(ScriptType::parse(&input.script_type)).and_then(|tag| parse_kind(tag, input, &mut errors));
        let source = errors.keep(SourceCode::parse(&input.content));
        let limits = ScriptLimits::parse(input.timeout_seconds, input.max_memory_mb, &mut errors);
        let handles_events =
            kind.as_ref().and_then(ScriptKind::event_patterns).is_some_and(|patterns| !patterns.is_empty());
        let default_retries = if handles_events { RetryPolicy::RETRIES_OF_HANDLERS } else { 0 };
        let retry = RetryPolicy::parse(input.retries, input.retry_delay_seconds, default_retries, &mut errors);
        let database_access = DatabaseAccess::parse(input.database_access.as_deref().unwrap_or_default());
        let database_access = errors.keep(database_access);
        let api_version = errors.keep(input.api_version.map_or(Ok(ApiVersion::FIRST), ApiVersion::parse));
        let run_as = parse_run_as(input, &mut errors);
        let change_summary = errors.keep(ChangeSummary::parse(input.change_summary.as_deref().unwrap_or_default()));
        match (name, description, kind, source, limits, retry, database_access, api_version, change_summary) {
            (
                Some(name),
                Some(description),
                Some(kind),
                Some(source),
                Some(limits),
                Some(retry),
                Some(database_access),
                Some(api_version),
                Some(change_summary),
            ) if errors.0.is_empty() => Ok(Self {
                name,
                description,
                kind,
                source,
                limits,
                retry,
                database_access,
                api_version,
                library: input.library.unwrap_or_default(),
                run_as,
                active: input.is_active,
                change_summary,
            }),
            _ => Err(errors),
        }
    }

    /// Returns the kind, which determines the permissions needed to save.
    #[must_use]
    pub const fn kind(&self) -> &ScriptKind {
        &self.kind
    }

    /// Returns the source, for a check before saving.
    #[must_use]
    pub const fn source(&self) -> &SourceCode {
        &self.source
    }

    /// Returns the definition. `active` applies if the draft does not set it.
    #[must_use]
    pub fn definition(&self, active: bool) -> ScriptDefinition {
        ScriptDefinition {
            name: self.name.clone(),
            description: self.description.clone(),
            kind: self.kind.clone(),
            source: self.source.clone(),
            limits: self.limits,
            retry: self.retry,
            database_access: self.database_access,
            api_version: self.api_version,
            library: self.library,
            imports: Vec::new(),
            run_as: self.run_as.clone(),
            active: self.active.unwrap_or(active),
        }
    }
}

fn parse_run_as(input: &ScriptInput, errors: &mut FieldErrors) -> Option<UserId> {
    let named = input.run_as.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let mut reject = |problem, message: String| errors.0.push(FieldError::new("run_as", problem, message));
    match ScriptType::parse(&input.script_type) {
        Ok(tag @ (ScriptType::OneOff | ScriptType::Endpoint)) => {
            let message = format!("belongs to cron and embedded scripts, not to {tag} scripts");
            reject(FieldProblem::NotApplicable, message);
        }
        Ok(ScriptType::Cron | ScriptType::Embedded) | Err(_) => {}
    }
    match UserId::parse(named) {
        Ok(user) => return Some(user),
        Err(error) => reject(FieldProblem::Invalid, error.to_string()),
    }
    None
}

fn parse_kind(tag: ScriptType, input: &ScriptInput, errors: &mut FieldErrors) -> Option<ScriptKind> {
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let cron_expression = given(&input.cron_expression);
    let timezone = given(&input.timezone);
    let method = given(&input.endpoint_method);
    let path = given(&input.endpoint_path);
    let access = given(&input.endpoint_access);
    let patterns = errors.keep(EventPatterns::parse(&input.event_patterns));

    let foreign = |field, present: bool, home: ScriptType| {
        let message = || format!("belongs to {home} scripts, not to {tag} scripts");
        (present && tag != home).then(|| FieldError::new(field, FieldProblem::NotApplicable, message()))
    };
    errors.0.extend(foreign("cron_expression", cron_expression.is_some(), ScriptType::Cron));
    errors.0.extend(foreign("timezone", timezone.is_some(), ScriptType::Cron));
    errors.0.extend(foreign("endpoint_method", method.is_some(), ScriptType::Endpoint));
    errors.0.extend(foreign("endpoint_path", path.is_some(), ScriptType::Endpoint));
    errors.0.extend(foreign("endpoint_access", access.is_some(), ScriptType::Endpoint));
    errors.0.extend(foreign("rate_limit_per_minute", input.rate_limit_per_minute.is_some(), ScriptType::Endpoint));
    errors.0.extend(foreign("library", input.library == Some(true), ScriptType::Embedded));
    let patterned = patterns.as_ref().is_some_and(|patterns| !patterns.is_empty());
    errors.0.extend(foreign("event_patterns", patterned, ScriptType::Embedded));

    match tag {
        ScriptType::OneOff => Some(ScriptKind::OneOff),
        ScriptType::Embedded => patterns.map(ScriptKind::Embedded),
        ScriptType::Cron => {
            let expression = errors.keep(CronExpression::parse(&cron_expression.unwrap_or_default()));
            let timezone = errors.keep(timezone.map(|name| TimeZone::parse(&name)).transpose());
            Some(ScriptKind::Cron(CronSchedule { expression: expression?, timezone: timezone? }))
        }
        ScriptType::Endpoint => {
            let method = errors.keep(HttpMethod::parse(&method.unwrap_or_default()));
            let path = errors.keep(RoutePattern::parse(&path.unwrap_or_default()));
            let access = errors.keep(EndpointAccess::parse(&access.unwrap_or_default()));
            let rate_limit = errors.keep(RateLimit::parse(input.rate_limit_per_minute));
            Some(ScriptKind::Endpoint(Endpoint {
                method: method?,
                path: path?,
                access: access?,
                rate_limit: rate_limit?,
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(script_type: &str) -> ScriptInput {
        ScriptInput { name: "n".into(), script_type: script_type.into(), content: "1".into(), ..ScriptInput::default() }
    }

    fn mistakes(input: &ScriptInput) -> Vec<(&'static str, FieldProblem)> {
        ScriptDraft::parse(input).unwrap_err().0.iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn each_type_accepts_only_its_own_fields() {
        let endpoint = ScriptInput {
            endpoint_method: Some("get".into()),
            endpoint_path: Some("/orders/:id".into()),
            cron_expression: Some(" ".into()),
            ..input("endpoint")
        };
        let draft = ScriptDraft::parse(&endpoint).unwrap();
        assert_eq!(draft.kind().endpoint().map(|e| e.path.as_str()), Some("/orders/{id}"));
        assert_eq!(
            mistakes(&ScriptInput { timezone: Some("UTC".into()), ..endpoint }),
            [("timezone", FieldProblem::NotApplicable)]
        );
        assert_eq!(mistakes(&input("cron")), [("cron_expression", FieldProblem::Required)]);
        let both = [("endpoint_method", FieldProblem::Required), ("endpoint_path", FieldProblem::Required)];
        assert_eq!(mistakes(&input("endpoint")), both);
    }

    #[test]
    fn only_cron_and_embedded_scripts_accept_run_as() {
        let named = |script_type: &str, user: &str| ScriptInput { run_as: Some(user.into()), ..input(script_type) };
        let draft = ScriptDraft::parse(&named("embedded", " robot ")).unwrap().definition(true);
        assert_eq!(draft.run_as, Some(UserId::parse("robot").unwrap()));
        let nobody = ScriptDraft::parse(&named("embedded", "  ")).unwrap().definition(true);
        assert!(nobody.run_as.is_none());
        assert_eq!(mistakes(&named("one_off", "robot")), [("run_as", FieldProblem::NotApplicable)]);
        for user in ["a\nb", &"u".repeat(129)] {
            assert_eq!(mistakes(&named("embedded", user)), [("run_as", FieldProblem::Invalid)], "{user}");
        }
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let input = ScriptInput { timeout_seconds: Some(-1), max_memory_mb: Some(i64::MAX), ..ScriptInput::default() };
        let fields: Vec<_> = mistakes(&input).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["name", "type", "content", "timeout_seconds", "max_memory_mb"]);
    }

    #[test]
    fn unknown_json_fields_are_rejected() {
        let error = serde_json::from_str::<ScriptInput>(r#"{"nmae": "x"}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `nmae`"));
    }
}
