//! [`TemplateRepository`] over SQL.

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, Template, TemplateBody, TemplateName, TemplateRepository, TenantId};
use sqlx::FromRow;

use super::db::{Db, on};
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

#[derive(FromRow)]
struct TemplateRow {
    tenant_id: String,
    name: String,
    body: String,
    updated_at: SqlTime,
    updated_by: String,
}

impl TryFrom<TemplateRow> for Template {
    type Error = RepositoryError;
    fn try_from(row: TemplateRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new(TABLE, format_args!("{}/{}", row.tenant_id, row.name));
        Ok(Self {
            name: reader.read("name", TemplateName::parse(&row.name))?,
            body: reader.read("body", TemplateBody::parse(&row.body))?,
            updated: reader.stamp("updated_by", row.updated_at, row.updated_by)?,
        })
    }
}

#[async_trait]
impl TemplateRepository for SqlTemplateRepository {
    async fn get(&self, tenant: &TenantId, name: &TemplateName) -> Result<Option<Template>, RepositoryError> {
        let row: Option<TemplateRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_templates WHERE tenant_id = $1 AND name = $2");
            query.bind(tenant.as_str()).bind(name.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.map(Template::try_from).transpose()
    }

    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError> {
        on!(self.db, |pool| {
            let query =
                sqlx::query(PUT).bind(tenant.as_str()).bind(template.name.as_str()).bind(template.body.as_str());
            let query = query.bind(SqlTime(template.updated.at)).bind(template.updated.by.as_str());
            query.execute(pool).await.map_err(store)?;
        });
        Ok(())
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError> {
        let rows: Vec<TemplateRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_templates WHERE tenant_id = $1 ORDER BY name");
            query.bind(tenant.as_str()).fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Template::try_from).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused(TABLE, &error)
}
