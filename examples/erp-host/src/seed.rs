//! The rows of a fresh database: two tenants, three users each, and a few hundred plausible clients, products, orders and invoices. The
//! rows are the same every time, with dates relative to the day of seeding.
//!
//! Each tenant has 240 clients, of which 40 are active but without activity for more than 30 days.

mod names;
mod random;
mod trade;

use chrono::{DateTime, Utc};

use crate::access::Role;
use crate::db::{DbError, Tx, Value};
use crate::secrets::{self, NoRandomness};
use crate::tenant::{self, Tenant};
use crate::user::Locale;

/// Why the seed rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("cannot write the ERP's seed rows: {0}")]
    Database(#[from] DbError),
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// A user who can sign in. The password is also the bearer token.
#[derive(Debug, Clone, Copy)]
pub struct Login {
    pub id: i64,
    pub tenant: &'static str,
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
    pub secret: &'static str,
    locale: Locale,
}

/// All users who can sign in.
pub const LOGINS: [Login; 6] = [
    login(1, "acme", Role::Admin, "Dilnoza Karimova", ("admin@acme.localhost", "acme-admin")),
    login(2, "acme", Role::Author, "Sergey Ivanov", ("author@acme.localhost", "acme-author")),
    login(3, "acme", Role::Viewer, "Jasur Rahimov", ("viewer@acme.localhost", "acme-viewer")),
    login(4, "globex", Role::Admin, "Katrin Vogel", ("admin@globex.localhost", "globex-admin")),
    login(5, "globex", Role::Author, "Oliver Grant", ("author@globex.localhost", "globex-author")),
    login(6, "globex", Role::Viewer, "Jana Richter", ("viewer@globex.localhost", "globex-viewer")),
];

const fn login(
    id: i64,
    tenant: &'static str,
    role: Role,
    name: &'static str,
    (email, secret): (&'static str, &'static str),
) -> Login {
    Login { id, tenant, role, name, email, secret, locale: Locale::En }
}

/// Fills an empty database. A database that has tenants already is not changed.
pub async fn fill(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), SeedError> {
    let row = tx.first("SELECT COUNT(*) AS tenants FROM erp_tenants", &[]).await?;
    if row.map_or(Ok(0), |row| row.int("tenants"))? > 0 {
        return Ok(());
    }
    for tenant in tenant::examples() {
        add_tenant(tx, &tenant).await?;
        for login in LOGINS.iter().filter(|login| login.tenant == tenant.slug) {
            add_user(tx, &tenant, login).await?;
        }
        trade::fill(tx, &tenant, now).await?;
    }
    Ok(())
}

async fn add_tenant(tx: &mut Tx, tenant: &Tenant) -> Result<(), DbError> {
    let columns = ["id", "slug", "name", "domain", "time_zone", "currency"];
    let values = vec![
        tenant.id.as_str().into(),
        (&tenant.slug).into(),
        (&tenant.name).into(),
        (&tenant.domain).into(),
        tenant.time_zone.name().into(),
        (&tenant.currency).into(),
    ];
    tx.insert("erp_tenants", &columns, values).await
}

async fn add_user(tx: &mut Tx, tenant: &Tenant, login: &Login) -> Result<(), SeedError> {
    let columns = ["id", "tenant_id", "email", "name", "role", "locale", "password_hash", "token_hash"];
    let values: Vec<Value> = vec![
        login.id.into(),
        tenant.id.as_str().into(),
        login.email.into(),
        login.name.into(),
        login.role.as_str().into(),
        login.locale.as_str().into(),
        secrets::hash_password(login.secret)?.into(),
        secrets::hash_token(login.secret).into(),
    ];
    Ok(tx.insert("erp_users", &columns, values).await?)
}
