//! Scripts and their versions.

use iota_scripts_domain::{
    Direction, FieldError, FieldProblem, Quarantine, Script, ScriptDefinition, ScriptInput, ScriptQuery, ScriptSort,
    ScriptType, ScriptVersion, Timestamp, Version,
};
use iota_scripts_services::Seen;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::PageQuery;

/// The body of a request that activates a script.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ActivationInput {
    /// The version that the user saw; required if another user wrote the script and it would run as this user from now
    /// on.
    base_version: Option<i64>,
    /// The libraries that the user saw, as `id:version`; required for libraries of other authors that this request
    /// gives rights to.
    seen_libraries: Vec<String>,
}

impl ActivationInput {
    /// Returns the versions that the user saw, as far as they were given.
    pub(crate) fn seen(&self) -> Result<Seen, FieldError> {
        let parsed = self.base_version.map(Version::try_from).transpose();
        let script = parsed.map_err(|reason| FieldError::new("base_version", FieldProblem::Invalid, reason))?;
        Ok(Seen { script, libraries: Seen::libraries(&self.seen_libraries)? })
    }
}

/// A script in a request: a new one, or the replacement of an existing one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptBody {
    /// 1 to 255 characters, unique within the tenant.
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    /// `cron`, `one_off`, `endpoint` or `embedded`.
    #[serde(default, rename = "type")]
    script_type: String,
    /// The source, JavaScript or TypeScript.
    #[serde(default)]
    content: String,
    /// For a cron script: a cron expression of five fields, such as `0 9 * * *`.
    cron_expression: Option<String>,
    /// For a cron script: IANA time zone; default: the tenant's.
    timezone: Option<String>,
    /// For an endpoint script: the HTTP method.
    endpoint_method: Option<String>,
    /// For an endpoint script: the path below `/api/scripts`, such as `/reports/orders`.
    endpoint_path: Option<String>,
    /// For an endpoint script: `session` or `public`; default `session`.
    endpoint_access: Option<String>,
    /// For an endpoint script: requests per minute, 1 to 1,000,000; default 600.
    rate_limit_per_minute: Option<i64>,
    /// For an embedded script: patterns of the events that it handles, such as `order.created` or `client.*`.
    #[serde(default)]
    event_patterns: Vec<String>,
    /// Retries after a failed run of a schedule or an event, 0 to 10; default 0, or 3 with event patterns.
    retries: Option<i64>,
    /// Delay before the first retry in seconds, 1 to 3600; doubled with each retry; default 30.
    retry_delay_seconds: Option<i64>,
    /// Access to the host's tables: `read` or `read_write`, which needs `scripts.manage_endpoints`; default `read`.
    database_access: Option<String>,
    /// The version of the JavaScript API that the script was written for; default 1.
    api_version: Option<i64>,
    /// For an embedded script: whether other scripts can import it as `lib:` and its name.
    library: Option<bool>,
    /// For a cron or embedded script: the user that schedules and events run it as; the host must know this user.
    /// Default: unchanged, or for a new script the first user who activates it. Changing it to a user other than
    /// oneself needs `scripts.manage_endpoints`.
    run_as: Option<String>,
    /// Wall time of a run in seconds, 1 to 900; default 30.
    timeout_seconds: Option<i64>,
    /// Memory of a run in megabytes, 16 to 1024; default 128.
    max_memory_mb: Option<i64>,
    /// Whether the script is active; default true for a new script.
    is_active: Option<bool>,
    /// The reason for the change, shown in the list of versions.
    change_summary: Option<String>,
    /// The version that a replacement is based on: required to replace a script, ignored to create one.
    base_version: Option<i64>,
    /// The libraries that the user saw, as `id:version`; required for libraries of other authors that this request
    /// gives rights to.
    #[serde(default)]
    seen_libraries: Vec<String>,
}

impl ScriptBody {
    /// Returns the version that a replacement is based on.
    pub(crate) fn base(&self) -> Result<Version, FieldError> {
        let Some(number) = self.base_version else {
            let message = "required: the version that the change is based on";
            return Err(FieldError::new("base_version", FieldProblem::Required, message));
        };
        Version::try_from(number).map_err(|reason| FieldError::new("base_version", FieldProblem::Invalid, reason))
    }
}

impl From<ScriptBody> for ScriptInput {
    fn from(script: ScriptBody) -> Self {
        Self {
            name: script.name,
            description: script.description,
            script_type: script.script_type,
            content: script.content,
            cron_expression: script.cron_expression,
            timezone: script.timezone,
            endpoint_method: script.endpoint_method,
            endpoint_path: script.endpoint_path,
            endpoint_access: script.endpoint_access,
            rate_limit_per_minute: script.rate_limit_per_minute,
            event_patterns: script.event_patterns,
            retries: script.retries,
            retry_delay_seconds: script.retry_delay_seconds,
            database_access: script.database_access,
            api_version: script.api_version,
            run_as: script.run_as,
            library: script.library,
            timeout_seconds: script.timeout_seconds,
            max_memory_mb: script.max_memory_mb,
            is_active: script.is_active,
            change_summary: script.change_summary,
            seen_libraries: script.seen_libraries,
        }
    }
}

/// The settings of a script that its author chose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionDocument {
    name: String,
    description: String,
    /// `cron`, `one_off`, `endpoint` or `embedded`.
    #[serde(rename = "type")]
    script_type: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cron_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_access: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_patterns: Option<Vec<String>>,
    retries: u32,
    retry_delay_seconds: u32,
    /// `read` or `read_write`.
    database_access: &'static str,
    /// The version of the JavaScript API that the script was written for.
    api_version: u32,
    /// The user that schedules and events run it as, or `system` for the application; `null` if it has not been
    /// activated yet.
    run_as: Option<String>,
    /// Whether other scripts can import it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    library: bool,
    /// The libraries that it imports, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    imports: Vec<String>,
    is_active: bool,
    timeout_seconds: u32,
    max_memory_mb: u32,
}

impl From<&ScriptDefinition> for DefinitionDocument {
    fn from(definition: &ScriptDefinition) -> Self {
        let schedule = definition.kind.schedule();
        let endpoint = definition.kind.endpoint();
        Self {
            name: definition.name.to_string(),
            description: definition.description.as_str().to_owned(),
            script_type: definition.kind.script_type().as_str(),
            content: definition.source.as_str().to_owned(),
            cron_expression: schedule.map(|schedule| schedule.expression.as_str().to_owned()),
            timezone: schedule.and_then(|schedule| schedule.timezone).map(iota_scripts_domain::TimeZone::name),
            endpoint_method: endpoint.map(|endpoint| endpoint.method.as_str()),
            endpoint_path: endpoint.map(|endpoint| endpoint.path.as_str().to_owned()),
            endpoint_access: endpoint.map(|endpoint| endpoint.access.as_str()),
            rate_limit_per_minute: endpoint.map(|endpoint| endpoint.rate_limit.per_minute().get()),
            event_patterns: definition
                .kind
                .event_patterns()
                .map(|patterns| patterns.iter().map(str::to_owned).collect()),
            retries: definition.retry.retries(),
            retry_delay_seconds: definition.retry.delay_seconds(),
            database_access: definition.database_access.as_str(),
            api_version: definition.api_version.number(),
            run_as: definition.run_as.as_ref().map(ToString::to_string),
            library: definition.library,
            imports: definition.imports.clone(),
            is_active: definition.active,
            timeout_seconds: definition.limits.timeout_seconds(),
            max_memory_mb: definition.limits.max_memory_mb(),
        }
    }
}

/// A script.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScriptDocument {
    id: String,
    version: i64,
    #[serde(flatten)]
    definition: DefinitionDocument,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    created_by: String,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    updated_by: String,
    /// Why the script was deactivated, if its runs are the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantine: Option<QuarantineDocument>,
}

/// The fault that put a script in quarantine. The quarantine ends when a user activates the script.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantineDocument {
    /// The fault code that most of its runs ended with.
    fault: &'static str,
    /// Number of runs that ended at a hard limit.
    times: u32,
    /// When the first of these runs ended.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// When the script was deactivated.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<&Quarantine> for QuarantineDocument {
    fn from(quarantine: &Quarantine) -> Self {
        let Quarantine { fault, times, since, at } = *quarantine;
        Self { fault: fault.as_str(), times, since, at }
    }
}

impl From<Script> for ScriptDocument {
    fn from(script: Script) -> Self {
        Self {
            id: script.id().to_string(),
            version: script.version().get(),
            definition: DefinitionDocument {
                run_as: script.runs_as().map(ToString::to_string),
                ..script.definition().into()
            },
            created_at: script.created().at,
            created_by: script.created().by.to_string(),
            updated_at: script.updated().at,
            updated_by: script.updated().by.to_string(),
            quarantine: script.quarantine().map(Into::into),
        }
    }
}

/// A version in the list of versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionItem {
    version: i64,
    change_summary: String,
    /// The kind of the change if its author gave no summary: `created`, `edited`, `activated`,
    /// `activated_after_quarantine`, `deactivated`, `quarantined` or `restored`.
    #[serde(skip_serializing_if = "Option::is_none")]
    change_code: Option<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    created_by: String,
}

/// A version with its whole definition.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionDocument {
    #[serde(flatten)]
    item: VersionItem,
    #[serde(flatten)]
    definition: DefinitionDocument,
}

impl From<&ScriptVersion> for VersionItem {
    fn from(version: &ScriptVersion) -> Self {
        Self {
            version: version.version.get(),
            change_summary: version.summary.as_str().to_owned(),
            change_code: version.summary.change().map(|change| change.code()),
            created_at: version.created.at,
            created_by: version.created.by.to_string(),
        }
    }
}

impl From<&ScriptVersion> for VersionDocument {
    fn from(version: &ScriptVersion) -> Self {
        Self { item: version.into(), definition: (&version.definition).into() }
    }
}

/// Filters and order of the list of scripts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScriptListQuery {
    /// Only scripts of this type: `cron`, `one_off`, `endpoint` or `embedded`.
    #[serde(rename = "type")]
    script_type: Option<String>,
    /// Only active (`true`) or inactive (`false`) scripts.
    is_active: Option<bool>,
    /// Only scripts with this text in their name or description.
    search: Option<String>,
    /// `name`, `created` or `updated`; default `name`.
    #[param(value_type = Option<String>)]
    sort: Option<ScriptSort>,
    /// `asc` or `desc`; default `asc`.
    #[param(value_type = Option<String>)]
    order: Option<Direction>,
    /// Cursor: entries after `next` of an earlier response.
    after: Option<String>,
    /// Cursor: entries before `previous` of an earlier response.
    before: Option<String>,
    /// Page number, from 1; only for the first 10,000 entries.
    page: Option<u32>,
    /// Entries per page, 1 to 200; default 50.
    per_page: Option<u32>,
}

impl ScriptListQuery {
    pub(crate) fn parse(self) -> Result<ScriptQuery, FieldError> {
        let sort = self.sort.unwrap_or_default();
        let page = PageQuery { after: self.after, before: self.before, page: self.page, per_page: self.per_page };
        let page = page.request(sort.cursor())?;
        Ok(ScriptQuery {
            script_type: self.script_type.as_deref().map(ScriptType::parse).transpose()?,
            active: self.is_active,
            quarantined: false,
            search: self.search.filter(|text| !text.is_empty()),
            sort,
            direction: self.order.unwrap_or_default(),
            page,
        })
    }
}
