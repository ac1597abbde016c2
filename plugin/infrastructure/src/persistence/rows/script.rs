//! Rows of `scripts` and `script_versions`.

use iota_scripts_domain::{
    ActiveEndpoint, ChangeSummary, DatabaseAccess, Description, Endpoint, EndpointAccess, EventHandler, EventPatterns,
    HttpMethod, Importer, RateLimit, RepositoryError, RoutePattern, Script, ScriptDefinition, ScriptDraft, ScriptId,
    ScriptInput, ScriptKind, ScriptName, ScriptType, ScriptVersion, UserId, Version, VersionId,
};
use sqlx::types::Uuid;

use super::{RowReader, SqlTime};
use crate::persistence::columns::{columns, row};

row! {
    /// An active endpoint without its large columns.
    pub(in crate::persistence) struct EndpointRow {
        id: Uuid,
        name: String,
        description: String,
        endpoint_method: Option<String>,
        endpoint_path: Option<String>,
        endpoint_access: Option<String>,
        rate_limit_per_minute: Option<i64>,
    }
}

impl TryFrom<EndpointRow> for ActiveEndpoint {
    type Error = RepositoryError;
    fn try_from(row: EndpointRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("scripts", row.id);
        let method = reader.require("endpoint_method", row.endpoint_method)?;
        let path = reader.require("endpoint_path", row.endpoint_path)?;
        Ok(Self {
            script: ScriptId::from_uuid(row.id),
            name: reader.read("name", ScriptName::parse(&row.name))?,
            description: reader.read("description", Description::parse(&row.description))?,
            endpoint: Endpoint {
                method: reader.read("endpoint_method", HttpMethod::parse(&method))?,
                path: reader.read("endpoint_path", RoutePattern::parse(&path))?,
                access: reader
                    .read("endpoint_access", EndpointAccess::parse(&row.endpoint_access.unwrap_or_default()))?,
                rate_limit: reader.read("rate_limit_per_minute", RateLimit::parse(row.rate_limit_per_minute))?,
            },
        })
    }
}

row! {
    /// An active event handler without its large columns.
    pub(in crate::persistence) struct HandlerRow {
        id: Uuid,
        name: String,
        event_patterns: Option<String>,
    }
}

impl TryFrom<HandlerRow> for EventHandler {
    type Error = RepositoryError;
    fn try_from(row: HandlerRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("scripts", row.id);
        let patterns: Vec<String> = row.event_patterns.unwrap_or_default().lines().map(str::to_owned).collect();
        Ok(Self {
            script: ScriptId::from_uuid(row.id),
            name: reader.read("name", ScriptName::parse(&row.name))?,
            patterns: reader.read("event_patterns", EventPatterns::parse(&patterns))?,
        })
    }
}

columns! {
    /// The columns of a definition, which both tables have. They are read by [`DefinitionColumns::read`].
    pub(in crate::persistence) struct DefinitionColumns from (script: &Script) {
        let definition = script.definition();
        let schedule = definition.kind.schedule();
        let endpoint = definition.kind.endpoint();
    }
    name: String = definition.name.as_str(),
    description: String = definition.description.as_str(),
    r#type: String = definition.kind.script_type().as_str(),
    content: String = definition.source.as_str(),
    cron_expression: Option<String> = schedule.map(|schedule| schedule.expression.as_str()),
    timezone: Option<String> = schedule.and_then(|schedule| schedule.timezone).map(|zone| zone.name()),
    endpoint_method: Option<String> = endpoint.map(|endpoint| endpoint.method.as_str()),
    endpoint_path: Option<String> = endpoint.map(|endpoint| endpoint.path.as_str()),
    endpoint_access: Option<String> = endpoint.map(|endpoint| endpoint.access.as_str()),
    rate_limit_per_minute: Option<i64> = endpoint.map(|endpoint| i64::from(endpoint.rate_limit.per_minute().get())),
    event_patterns: Option<String> = patterns(&definition.kind),
    timeout_seconds: i64 = i64::from(definition.limits.timeout_seconds()),
    max_memory_mb: i64 = i64::from(definition.limits.max_memory_mb()),
    is_active: bool = definition.active,
    retries: i64 = i64::from(definition.retry.retries()),
    retry_delay_seconds: i64 = i64::from(definition.retry.delay_seconds()),
    database_access: String = definition.database_access.as_str(),
    api_version: i64 = i64::from(definition.api_version.number()),
    is_library: bool = definition.library,
    imports: Option<String> = (!definition.imports.is_empty()).then(|| definition.imports.join("\n")),
    run_as: Option<String> = definition.run_as.as_ref().map(|user| user.as_str()),
}

columns! {
    /// The columns that a change writes in addition to the definition.
    pub(in crate::persistence) struct ChangeColumns from (script: &Script) {}
    version: i64 = script.version().get(),
    updated_at: SqlTime = SqlTime(script.updated().at),
    updated_by: String = script.updated().by.as_str(),
    quarantine: Option<String> = script.quarantine().map(serde_json::to_string).transpose()?,
}

columns! {
    /// Columns computed from the definition, for indexes and searches.
    pub(in crate::persistence) values DerivedColumns from (script: &Script) {
        let definition = script.definition();
        let name = definition.name.as_str();
    }
    endpoint_shape = definition.kind.endpoint().map(|endpoint| endpoint.path.shape()),
    name_key = name_key(script),
    search_text = format!("{name}\n{}", definition.description.as_str()).to_lowercase(),
}

columns! {
    /// The columns that no change touches.
    pub(in crate::persistence) struct CreationColumns from (script: &Script) {}
    id: Uuid = script.id().as_uuid(),
    tenant_id: String = script.tenant().as_str(),
    created_at: SqlTime = SqlTime(script.created().at),
    created_by: String = script.created().by.as_str(),
}

/// Returns the sort key of a script in lists that are sorted by name.
pub(in crate::persistence) fn name_key(script: &Script) -> String {
    script.definition().name.as_str().to_lowercase()
}

/// Returns one pattern per line, or `None` if there are none.
fn patterns(kind: &ScriptKind) -> Option<String> {
    let patterns = kind.event_patterns().filter(|patterns| !patterns.is_empty())?;
    Some(patterns.iter().collect::<Vec<_>>().join("\n"))
}

row! {
    pub(in crate::persistence) struct ScriptRow {
        ..creation: CreationColumns,
        ..definition: DefinitionColumns,
        ..change: ChangeColumns,
    }
}

row! {
    pub(in crate::persistence) struct VersionRow {
        ..definition: DefinitionColumns,
        id: Uuid,
        tenant_id: String,
        script_id: Uuid,
        version: i64,
        change_summary: String,
        change_data: Option<String>,
        created_at: SqlTime,
        created_by: String,
    }
}

row! {
    /// A script that imports others, without its source.
    pub(in crate::persistence) struct ImporterRow {
        id: Uuid,
        name: String,
        imports: String,
        r#type: String,
        database_access: String,
        runs_as: Option<String>,
    }
}

impl TryFrom<ImporterRow> for Importer {
    type Error = RepositoryError;
    fn try_from(row: ImporterRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("scripts", row.id);
        let writes =
            reader.read("database_access", DatabaseAccess::parse(&row.database_access))? == DatabaseAccess::ReadWrite;
        Ok(Self {
            id: ScriptId::from_uuid(row.id),
            name: reader.read("name", ScriptName::parse(&row.name))?,
            imports: row.imports.lines().map(str::to_owned).collect(),
            runs_as: reader.read("run_as", row.runs_as.map(UserId::parse).transpose())?,
            reaches_out: writes || reader.read("type", ScriptType::parse(&row.r#type))? == ScriptType::Endpoint,
        })
    }
}

impl TryFrom<ScriptRow> for Script {
    type Error = RepositoryError;
    fn try_from(row: ScriptRow) -> Result<Self, RepositoryError> {
        let ScriptRow { creation, definition, change } = row;
        let reader = RowReader::new("scripts", creation.id);
        let quarantine = change.quarantine.as_deref().map(serde_json::from_str).transpose();
        Ok(Self::stored(
            ScriptId::from_uuid(creation.id),
            reader.tenant(creation.tenant_id)?,
            definition.read(&reader)?,
            reader.read("version", Version::try_from(change.version))?,
            reader.stamp("created_by", creation.created_at, creation.created_by)?,
            reader.stamp("updated_by", change.updated_at, change.updated_by)?,
            reader.read("quarantine", quarantine)?,
        ))
    }
}

impl TryFrom<VersionRow> for ScriptVersion {
    type Error = RepositoryError;
    fn try_from(row: VersionRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_versions", row.id);
        let summary = reader.read("change_summary", ChangeSummary::parse(&row.change_summary))?;
        Ok(Self {
            id: VersionId::from_uuid(row.id),
            tenant: reader.tenant(row.tenant_id)?,
            script_id: ScriptId::from_uuid(row.script_id),
            version: reader.read("version", Version::try_from(row.version))?,
            definition: row.definition.read(&reader)?,
            summary: reader.require("change_summary", summary)?.stored(row.change_data.as_deref()),
            created: reader.stamp("created_by", row.created_at, row.created_by)?,
        })
    }
}

impl DefinitionColumns {
    /// Reading uses the same checks as an author's input, whose fields have the names of the columns.
    fn read(self, reader: &RowReader) -> Result<ScriptDefinition, RepositoryError> {
        let input = ScriptInput {
            name: self.name,
            description: self.description,
            script_type: self.r#type,
            content: self.content,
            cron_expression: self.cron_expression,
            timezone: self.timezone,
            endpoint_method: self.endpoint_method,
            endpoint_path: self.endpoint_path,
            endpoint_access: self.endpoint_access,
            rate_limit_per_minute: self.rate_limit_per_minute,
            event_patterns: self.event_patterns.unwrap_or_default().lines().map(str::to_owned).collect(),
            retries: Some(self.retries),
            retry_delay_seconds: Some(self.retry_delay_seconds),
            database_access: Some(self.database_access),
            api_version: Some(self.api_version),
            library: Some(self.is_library),
            run_as: self.run_as,
            timeout_seconds: Some(self.timeout_seconds),
            max_memory_mb: Some(self.max_memory_mb),
            is_active: Some(self.is_active),
            change_summary: None,
            seen_libraries: Vec::new(),
        };
        match ScriptDraft::parse(&input) {
            Ok(draft) => {
                let imports = self.imports.unwrap_or_default().lines().map(str::to_owned).collect();
                Ok(ScriptDefinition { imports, ..draft.definition(self.is_active) })
            }
            Err(errors) => {
                let column = errors.0.first().map_or("definition", |error| error.field);
                reader.read(column, Err(&errors))
            }
        }
    }
}
