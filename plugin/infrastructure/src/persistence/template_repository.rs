//! [`TemplateRepository`] over SQL. Templates with a locale are in a second table, which was added later.

use std::sync::LazyLock;

use async_trait::async_trait;
use iota_scripts_domain::{
    RepositoryError, Template, TemplateBody, TemplateLocale, TemplateName, TemplateRepository, TenantId,
};

use super::columns::{self, Names, columns, row};
use super::db::{Db, on, on_writer};
use super::error::repository_error;
use super::rows::{RowReader, SqlTime};

/// Templates in a database.
#[derive(Debug, Clone)]
pub struct SqlTemplateRepository {
    db: Db,
}

impl SqlTemplateRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_templates";

/// The locale column of templates without a locale.
const UNLOCALIZED: Names = &["'' AS locale"];
const LOCALE: Names = &["locale"];

static PUT: LazyLock<String> =
    LazyLock::new(|| put(TABLE, &[KeyColumns::NAMES, BodyColumns::NAMES], "tenant_id, name"));
static PUT_LOCALE: LazyLock<String> = LazyLock::new(|| {
    let columns = [KeyColumns::NAMES, BodyColumns::NAMES, LOCALE];
    put("script_template_locales", &columns, "tenant_id, name, locale")
});
static NAMED: LazyLock<String> = LazyLock::new(|| of_both("WHERE tenant_id = $1 AND name = $2"));
static LIST: LazyLock<String> = LazyLock::new(|| of_both("WHERE tenant_id = $1"));

fn put(table: &str, columns: &[Names], key: &str) -> String {
    let body = columns::excluded(&[BodyColumns::NAMES]);
    columns::insert(table, columns) + &format!(" ON CONFLICT ({key}) DO UPDATE SET {body}")
}

fn of_both(condition: &str) -> String {
    let of = |locale| columns::names(&[KeyColumns::NAMES, locale, BodyColumns::NAMES]);
    format!(
        "SELECT {} FROM script_templates {condition} UNION ALL SELECT {} FROM script_template_locales {condition} ORDER BY name, locale",
        of(UNLOCALIZED),
        of(LOCALE)
    )
}

const REMOVE: &str = "DELETE FROM script_templates WHERE tenant_id = $1 AND name = $2";
const REMOVE_LOCALE: &str = "DELETE FROM script_template_locales WHERE tenant_id = $1 AND name = $2 AND locale = $3";
columns! {
    struct KeyColumns from (tenant: &TenantId, template: &Template) {}
    tenant_id: String = tenant.as_str(),
    name: String = template.name.as_str(),
}

columns! {
    struct BodyColumns from (template: &Template) {}
    body: String = template.body.as_str(),
    updated_at: SqlTime = SqlTime(template.updated.at),
    updated_by: String = template.updated.by.as_str(),
}

row! {
    struct TemplateRow {
        ..key: KeyColumns,
        ..content: BodyColumns,
        locale: String,
    }
}

impl TryFrom<TemplateRow> for Template {
    type Error = RepositoryError;
    fn try_from(row: TemplateRow) -> Result<Self, RepositoryError> {
        let TemplateRow { key: KeyColumns { tenant_id, name }, locale, content } = row;
        let reader = RowReader::new(TABLE, format_args!("{tenant_id}/{name} {locale}"));
        let locale = (!locale.is_empty()).then(|| TemplateLocale::parse(&locale)).transpose();
        Ok(Self {
            name: reader.read("name", TemplateName::parse(&name))?,
            locale: reader.read("locale", locale)?,
            body: reader.read("body", TemplateBody::parse(&content.body))?,
            updated: reader.stamp("updated_by", content.updated_at, content.updated_by)?,
        })
    }
}

#[async_trait]
impl TemplateRepository for SqlTemplateRepository {
    async fn named(&self, tenant: &TenantId, name: &TemplateName) -> Result<Vec<Template>, RepositoryError> {
        let rows: Vec<TemplateRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(NAMED.as_str()).bind(tenant.as_str()).bind(name.as_str());
            query.fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Template::try_from).collect()
    }

    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError> {
        let locale = template.locale.as_ref();
        on_writer!(self.db, |pool| {
            let sql = if locale.is_some() { &PUT_LOCALE } else { &PUT };
            let query = columns::query(sql.as_str(), |parameters| {
                KeyColumns::put(tenant, template, parameters)?;
                BodyColumns::put(template, parameters)
            });
            let query = query.map_err(store)?;
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
        let rows: Vec<TemplateRow> = on!(self.db, |pool| {
            sqlx::query_as(LIST.as_str()).bind(tenant.as_str()).fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Template::try_from).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
