//! [`ScriptRepository`] over SQL.

mod list;

use std::sync::LazyLock;

use async_trait::async_trait;
use iota_scripts_domain::{
    ActiveEndpoint, Cursor, Direction, EventHandler, Importer, Of, Page, PageRequest, RepositoryError, Revision,
    SaveCount, Script, ScriptId, ScriptName, ScriptQuery, ScriptRepository, ScriptVersion, TenantId, Total, Version,
};

use super::change_listener::{CHANGES, changed};
use super::columns::{self, Names, Parameters};
use super::config::Dialect;
use super::db::{BeginWrite, Db, on, on_writer};
use super::error::repository_error;
use super::list::{self as pages, Filters as _, SortOrder, total};
use super::occurrence_repository::insertion_of_schedule;
use super::rows::{
    ChangeColumns, CreationColumns, DefinitionColumns, DerivedColumns, EndpointRow, HandlerRow, ImporterRow,
    NewSchedule, ScheduleRow, ScriptRow, SqlTime, VersionRow,
};
use sqlx::QueryBuilder;
use sqlx::error::BoxDynError;

/// Scripts and their versions in a database.
#[derive(Debug, Clone)]
pub struct SqlScriptRepository {
    db: Db,
}

impl SqlScriptRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

/// The columns that every change of a script writes.
const CHANGED: [Names; 3] = [DefinitionColumns::NAMES, ChangeColumns::NAMES, DerivedColumns::NAMES];

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let [definition, change, derived] = CHANGED;
    columns::insert("scripts", &[definition, change, derived, CreationColumns::NAMES])
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let (set, id) = (columns::assignments(&CHANGED), columns::next_parameter(&CHANGED));
    format!("UPDATE scripts SET {set} WHERE id = ${id} AND tenant_id = ${} AND version = ${}", id + 1, id + 2)
});

/// The snapshot is selected from the row itself, so that the two cannot differ.
static SNAPSHOT: LazyLock<String> = LazyLock::new(|| {
    let definition = columns::names(&[DefinitionColumns::NAMES]);
    format!(
        "INSERT INTO script_versions (id, tenant_id, script_id, version, {definition}, change_summary, change_data, created_at, created_by) \
         SELECT $1, tenant_id, id, version, {definition}, $2, $4, updated_at, updated_by FROM scripts WHERE id = $3"
    )
});

/// Adds the values of [`CHANGED`].
fn put_changed(script: &Script, parameters: &mut impl Parameters) -> Result<(), BoxDynError> {
    DefinitionColumns::put(script, parameters)?;
    ChangeColumns::put(script, parameters)?;
    DerivedColumns::put(script, parameters)
}

macro_rules! snapshot {
    ($revision:expr, $tx:expr) => {
        sqlx::query(SNAPSHOT.as_str())
            .bind($revision.snapshot().id.as_uuid())
            .bind($revision.snapshot().summary.as_str())
            .bind($revision.script().id().as_uuid())
            .bind($revision.snapshot().summary.data())
            .execute(&mut *$tx)
            .await
    };
}

/// An unchanged schedule keeps its next time: an edit of the source must not lose a time that is due right now.
static SCHEDULE: LazyLock<String> = LazyLock::new(|| {
    insertion_of_schedule(
        "DO UPDATE SET \
         next_due_at = CASE WHEN script_schedules.expression = excluded.expression AND script_schedules.timezone = excluded.timezone \
         THEN script_schedules.next_due_at ELSE excluded.next_due_at END, \
         expression = excluded.expression, timezone = excluded.timezone, follows_tenant = excluded.follows_tenant, \
         updated_at = excluded.updated_at",
    )
});

/// Writes the schedule of an active cron script, and deletes that of any other script.
macro_rules! schedule {
    ($revision:expr, $tx:expr) => {
        let script = $revision.script();
        match $revision.schedule() {
            Some((schedule, zone, next)) => {
                let (id, tenant) = (script.id().as_uuid(), script.tenant().as_str());
                let new = NewSchedule { script: id, tenant, schedule, zone, next };
                let insert = columns::query(SCHEDULE.as_str(), |parameters| ScheduleRow::put(&new, parameters));
                let insert = insert.map_err(store)?.bind(SqlTime(script.updated().at));
                insert.execute(&mut *$tx).await.map_err(store)?
            }
            None => sqlx::query("DELETE FROM script_schedules WHERE script_id = $1")
                .bind(script.id().as_uuid())
                .execute(&mut *$tx)
                .await
                .map_err(store)?,
        };
    };
}

const COUNT_SAVE: &str = "INSERT INTO script_save_counts (tenant_id, saves) VALUES ($1, 1) \
    ON CONFLICT (tenant_id) DO UPDATE SET saves = script_save_counts.saves + 1 RETURNING saves";

/// Counts a save of one of the tenant's scripts. The row stays locked until the transaction ends, so the saves of a tenant are sequential.
macro_rules! count_save {
    ($tenant:expr, $tx:expr) => {{
        let counted = sqlx::query_scalar(COUNT_SAVE).bind($tenant.as_str());
        SaveCount::new(counted.fetch_one(&mut *$tx).await.map_err(store)?)
    }};
}

/// Notifies the other nodes of the changed script when the transaction commits.
macro_rules! notify {
    ($self:expr, $tenant:expr, $script:expr, $tx:expr) => {
        if $self.db.dialect() == Dialect::Postgres {
            let query = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANGES).bind(changed($tenant, $script));
            query.execute(&mut *$tx).await.map_err(store)?;
        }
    };
}

#[async_trait]
impl ScriptRepository for SqlScriptRepository {
    async fn insert(&self, revision: &Revision) -> Result<(), RepositoryError> {
        let script = revision.script();
        on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let counted = count_save!(script.tenant(), tx);
            if revision.saved_since().is_some_and(|since| since.next() != counted) {
                return Err(RepositoryError::Overtaken);
            }
            let insert = columns::query(INSERT.as_str(), |parameters| {
                put_changed(script, parameters)?;
                CreationColumns::put(script, parameters)
            });
            insert.map_err(store)?.execute(&mut *tx).await.map_err(store)?;
            snapshot!(revision, tx).map_err(store)?;
            schedule!(revision, tx);
            notify!(self, script.tenant(), script.id(), tx);
            tx.commit().await.map_err(store)
        })
    }

    async fn update(&self, revision: &Revision) -> Result<(), RepositoryError> {
        let script = revision.script();
        on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let counted = count_save!(script.tenant(), tx);
            if revision.saved_since().is_some_and(|since| since.next() != counted) {
                return Err(RepositoryError::Overtaken);
            }
            let updated = columns::query(UPDATE.as_str(), |parameters| put_changed(script, parameters))
                .map_err(store)?
                .bind(script.id().as_uuid())
                .bind(script.tenant().as_str())
                .bind(revision.base().get())
                .execute(&mut *tx)
                .await
                .map_err(store)?;
            if updated.rows_affected() == 0 {
                let current: Option<i64> =
                    sqlx::query_scalar("SELECT version FROM scripts WHERE id = $1 AND tenant_id = $2")
                        .bind(script.id().as_uuid())
                        .bind(script.tenant().as_str())
                        .fetch_optional(&mut *tx)
                        .await
                        .map_err(store)?;
                return Err(match current.and_then(Version::new) {
                    Some(current) => RepositoryError::Stale { current },
                    None => RepositoryError::NotFound,
                });
            }
            snapshot!(revision, tx).map_err(store)?;
            schedule!(revision, tx);
            notify!(self, script.tenant(), script.id(), tx);
            tx.commit().await.map_err(store)
        })
    }

    async fn saves(&self, tenant: &TenantId) -> Result<SaveCount, RepositoryError> {
        let counted: Option<i64> = on!(self.db, |pool| {
            let query = sqlx::query_scalar("SELECT saves FROM script_save_counts WHERE tenant_id = $1");
            query.bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        Ok(counted.map(SaveCount::new).unwrap_or_default())
    }

    async fn delete(&self, tenant: &TenantId, id: ScriptId) -> Result<(), RepositoryError> {
        // The versions are deleted by their foreign key.
        let deleted = on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let query = sqlx::query("DELETE FROM scripts WHERE id = $1 AND tenant_id = $2");
            let query = query.bind(id.as_uuid()).bind(tenant.as_str());
            let deleted = query.execute(&mut *tx).await.map_err(store)?.rows_affected();
            count_save!(tenant, tx);
            notify!(self, tenant, id, tx);
            tx.commit().await.map_err(store)?;
            deleted
        });
        if deleted == 0 { Err(RepositoryError::NotFound) } else { Ok(()) }
    }

    async fn get(&self, tenant: &TenantId, id: ScriptId) -> Result<Script, RepositoryError> {
        let row: Option<ScriptRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM scripts WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn get_by_name(&self, tenant: &TenantId, name: &str) -> Result<Script, RepositoryError> {
        // A text that is not a valid name matches no script, and may contain characters that the database cannot read.
        let name =
            ScriptName::parse(name).ok().filter(|parsed| parsed.as_str() == name).ok_or(RepositoryError::NotFound)?;
        let row: Option<ScriptRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM scripts WHERE tenant_id = $1 AND name = $2");
            query.bind(tenant.as_str()).bind(name.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn list(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Page<Script>, RepositoryError> {
        let rows: Vec<ScriptRow> = on!(self.db, |pool| {
            let mut page = list::filtered("SELECT *", tenant, query);
            page.push_page(list::order(query), &query.page).build_query_as().fetch_all(pool).await.map_err(store)?
        });
        let found: Vec<Script> = rows.into_iter().map(Script::try_from).collect::<Result<_, _>>()?;
        // If a search finds few scripts, reading the page has already read all of them.
        let cursor = |script: &Script| list::cursor(script, query.sort);
        pages::page_of(&query.page, found, self.count(tenant, query), cursor).await
    }

    async fn count(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Total, RepositoryError> {
        let counted: i64 = on!(self.db, |pool| {
            let mut counted = list::filtered(pages::COUNT, tenant, query);
            counted.capped_at(pages::CAP).build_query_scalar().fetch_one(pool).await.map_err(store)?
        });
        Ok(total(counted))
    }

    async fn endpoints(&self, tenant: &TenantId, of: Of) -> Result<Vec<ActiveEndpoint>, RepositoryError> {
        let rows: Vec<EndpointRow> = on!(self.db, |pool| {
            list::of(list::ENDPOINTS, tenant, of).build_query_as().fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(ActiveEndpoint::try_from).collect()
    }

    async fn event_handlers(&self, tenant: &TenantId, of: Of) -> Result<Vec<EventHandler>, RepositoryError> {
        let rows: Vec<HandlerRow> = on!(self.db, |pool| {
            list::of(list::HANDLERS, tenant, of).build_query_as().fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(EventHandler::try_from).collect()
    }

    async fn importers(&self, tenant: &TenantId) -> Result<Vec<Importer>, RepositoryError> {
        // As `Script::runs_as` computes it, and without the source.
        const SQL: &str = "SELECT id, name, imports, type, database_access, \
            COALESCE(run_as, CASE WHEN is_active AND (type = 'cron' OR (type = 'embedded' AND event_patterns IS NOT NULL)) \
            THEN updated_by END) AS runs_as \
            FROM scripts WHERE tenant_id = $1 AND imports IS NOT NULL ORDER BY name_key, id";
        let rows: Vec<ImporterRow> =
            on!(self.db, |pool| sqlx::query_as(SQL).bind(tenant.as_str()).fetch_all(pool).await.map_err(store)?);
        rows.into_iter().map(Importer::try_from).collect()
    }

    async fn versions(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        page: PageRequest,
    ) -> Result<Page<ScriptVersion>, RepositoryError> {
        const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM script_versions WHERE script_id = $1 AND tenant_id = $2 LIMIT 10001) AS counted";
        const ORDER: SortOrder = SortOrder { key: "version", id: None, direction: Direction::Desc };
        let (counted, rows): (i64, Vec<VersionRow>) = on!(self.db, |pool| {
            let count = sqlx::query_scalar(COUNT).bind(id.as_uuid()).bind(tenant.as_str());
            let counted = count.fetch_one(pool).await.map_err(store_version)?;
            let mut found = QueryBuilder::new("SELECT * FROM script_versions WHERE script_id = ");
            found.with("", id.as_uuid()).with(" AND tenant_id = ", tenant.as_str()).push_page(ORDER, &page);
            (counted, found.build_query_as().fetch_all(pool).await.map_err(store_version)?)
        });
        // Every script has at least its first version.
        if counted == 0 {
            return Err(RepositoryError::NotFound);
        }
        let found = rows.into_iter().map(ScriptVersion::try_from).collect::<Result<_, _>>()?;
        Ok(page.page(found, total(counted), |version: &ScriptVersion| Cursor::of_number(version.version.get())))
    }

    async fn version(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        version: Version,
    ) -> Result<ScriptVersion, RepositoryError> {
        const SQL: &str = "SELECT * FROM script_versions WHERE script_id = $1 AND version = $2 AND tenant_id = $3";
        let row: Option<VersionRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(SQL).bind(id.as_uuid()).bind(version.get()).bind(tenant.as_str());
            query.fetch_optional(pool).await.map_err(store_version)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error("scripts", &error)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store_version(error: sqlx::Error) -> RepositoryError {
    repository_error("script_versions", &error)
}
