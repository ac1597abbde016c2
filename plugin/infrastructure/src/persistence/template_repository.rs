//! [`TemplateRepository`] over SQL. Templates with a language have a table of their own, which came later.

use async_trait::async_trait;
use iota_scripts_domain::{
    RepositoryError, Template, TemplateBody, TemplateLocale, TemplateName, TemplateRepository, TenantId,
};
use sqlx::FromRow;

use super::db::{Db, on, on_writer};
use super::error::refused;
use super::rows::{RowReader, SqlTime};

/// Templates in a database.
#[derive(Debug, Clone)]
pub struct SqlTemplateRepository {
    db: Db,
}

impl SqlTemplateRepository {
    /// The templates of a database that is migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_templates";

const PUT: &str = "INSERT INTO script_templates (tenant_id, name, body, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (tenant_id, name) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by";
const PUT_LOCALE: &str = "INSERT INTO script_template_locales (tenant_id, name, body, updated_at, updated_by, locale) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (tenant_id, name, locale) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by";
const REMOVE: &str = "DELETE FROM script_templates WHERE tenant_id = $1 AND name = $2";
const REMOVE_LOCALE: &str = "DELETE FROM script_template_locales WHERE tenant_id = $1 AND name = $2 AND locale = $3";
const NAMED: &str = "SELECT tenant_id, name, '' AS locale, body, updated_at, updated_by FROM script_templates \
    WHERE tenant_id = $1 AND name = $2 \
    UNION ALL SELECT tenant_id, name, locale, body, updated_at, updated_by FROM script_template_locales \
    WHERE tenant_id = $1 AND name = $2 ORDER BY name, locale";
const LIST: &str = "SELECT tenant_id, name, '' AS locale, body, updated_at, updated_by FROM script_templates \
    WHERE tenant_id = $1 \
    UNION ALL SELECT tenant_id, name, locale, body, updated_at, updated_by FROM script_template_locales \
    WHERE tenant_id = $1 ORDER BY name, locale";

#[derive(FromRow)]
struct TemplateRow {
    tenant_id: String,
    name: String,
    locale: String,
    body: String,
    updated_at: SqlTime,
    updated_by: String,
}

impl TryFrom<TemplateRow> for Template {
    type Error = RepositoryError;
    fn try_from(row: TemplateRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new(TABLE, format_args!("{}/{} {}", row.tenant_id, row.name, row.locale));
        let locale = (!row.locale.is_empty()).then(|| TemplateLocale::parse(&row.locale)).transpose();
        Ok(Self {
            name: reader.read("name", TemplateName::parse(&row.name))?,
            locale: reader.read("locale", locale)?,
            body: reader.read("body", TemplateBody::parse(&row.body))?,
            updated: reader.stamp("updated_by", row.updated_at, row.updated_by)?,
        })
    }
}

#[async_trait]
impl TemplateRepository for SqlTemplateRepository {
    async fn named(&self, tenant: &TenantId, name: &TemplateName) -> Result<Vec<Template>, RepositoryError> {
        let rows: Vec<TemplateRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(NAMED).bind(tenant.as_str()).bind(name.as_str());
            query.fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Template::try_from).collect()
    }

    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError> {
        let locale = template.locale.as_ref();
        on_writer!(self.db, |pool| {
            let query = sqlx::query(if locale.is_some() { PUT_LOCALE } else { PUT });
            let query = query.bind(tenant.as_str()).bind(template.name.as_str()).bind(template.body.as_str());
            let query = query.bind(SqlTime(template.updated.at)).bind(template.updated.by.as_str());
            let query = match locale {
                Some(locale) => query.bind(locale.as_str()),
                None => query,
            };
            query.execute(pool).await.map_err(store)?;
        });
        Ok(())
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        name: &TemplateName,
        locale: Option<&TemplateLocale>,
    ) -> Result<bool, RepositoryError> {
        let removed = on_writer!(self.db, |pool| {
            let query = sqlx::query(if locale.is_some() { REMOVE_LOCALE } else { REMOVE });
            let query = query.bind(tenant.as_str()).bind(name.as_str());
            let query = match locale {
                Some(locale) => query.bind(locale.as_str()),
                None => query,
            };
            query.execute(pool).await.map_err(store)?.rows_affected()
        });
        Ok(removed > 0)
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError> {
        let rows: Vec<TemplateRow> =
            on!(self.db, |pool| { sqlx::query_as(LIST).bind(tenant.as_str()).fetch_all(pool).await.map_err(store)? });
        rows.into_iter().map(Template::try_from).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused(TABLE, &error)
}
