//! Authentication: by password and then a session, or by a bearer token.
//!
//! Only hashes of session and bearer tokens are stored. A session ends after twelve hours or at sign-out.

use std::sync::Arc;

use chrono::Duration;
use serde_json::json;

use crate::call_context::CallContext;
use crate::caller::Caller;
use crate::clock;
use crate::db::{DbError, Tx};
use crate::erp::Erp;
use crate::error::AppError;
use crate::secrets;
use crate::user::{Locale, User, UserId};

/// Lifetime of a session in hours.
pub const SESSION_HOURS: i64 = 12;

/// A new session, for the cookie.
#[derive(Debug)]
pub struct NewSession(pub String);

/// Begins a session; `None` if the address or the password is wrong.
pub async fn sign_in(erp: &Erp, email: &str, password: &str) -> Result<Option<NewSession>, AppError> {
    let sql = format!("SELECT {}, u.password_hash FROM erp_users u WHERE u.email = $1", User::COLUMNS);
    let Some(row) = erp.db.first(&sql, &[email.trim().to_lowercase().into()]).await? else { return Ok(None) };
    let (user, stored, password) = (User::from_row(&row)?, row.text("password_hash")?, password.to_owned());
    let fits = tokio::task::spawn_blocking(move || secrets::verify_password(&password, &stored)).await;
    let Some(tenant) = erp.tenant(user.tenant_id.as_str()).filter(|_| matches!(fits, Ok(true))) else {
        return Ok(None);
    };
    let context = CallContext::for_user(tenant.clone(), user.clone());
    let token = secrets::random_token()?;
    let values = vec![
        secrets::hash_token(&token).into(),
        user.id.0.into(),
        secrets::random_token()?.into(),
        clock::to_text(clock::now() + Duration::hours(SESSION_HOURS)).into(),
    ];
    let mut work = erp.begin(&context).await?;
    work.insert("erp_sessions", &["token_hash", "user_id", "csrf_token", "expires_at"], values).await?;
    work.event("user.signed_in", json!({ "user_id": user.id.to_string() }));
    work.commit().await?;
    Ok(Some(NewSession(token)))
}

/// Ends a session.
pub async fn sign_out(erp: &Erp, token: &str) -> Result<(), AppError> {
    let hash = secrets::hash_token(token);
    erp.db.execute("DELETE FROM erp_sessions WHERE token_hash = $1", &[hash.as_str().into()]).await?;
    erp.caller_cache.invalidate();
    Ok(())
}

/// Returns the user of a session.
pub async fn by_session(erp: &Erp, token: &str) -> Result<Option<Arc<Caller>>, DbError> {
    by_token(erp, token, true).await
}

/// Returns the user of a bearer token.
pub async fn by_bearer(erp: &Erp, token: &str) -> Result<Option<Arc<Caller>>, DbError> {
    by_token(erp, token, false).await
}

async fn by_token(erp: &Erp, token: &str, is_session: bool) -> Result<Option<Arc<Caller>>, DbError> {
    let hash = secrets::hash_token(token);
    if let Some(known) = erp.caller_cache.get(&hash, is_session) {
        return Ok(Some(known));
    }
    let asked = erp.caller_cache.epoch();
    let columns = User::COLUMNS;
    let row = if is_session {
        let sql = format!(
            "SELECT {columns}, s.csrf_token FROM erp_sessions s JOIN erp_users u ON u.id = s.user_id
             WHERE s.token_hash = $1 AND s.expires_at > $2"
        );
        erp.db.first(&sql, &[hash.as_str().into(), clock::to_text(clock::now()).into()]).await?
    } else {
        let sql = format!("SELECT {columns} FROM erp_users u WHERE u.token_hash = $1");
        erp.db.first(&sql, &[hash.as_str().into()]).await?
    };
    let Some(row) = row else { return Ok(None) };
    let user = User::from_row(&row)?;
    let csrf_token = if is_session { Some(row.text("csrf_token")?) } else { None };
    let Some(tenant) = erp.tenant(user.tenant_id.as_str()) else { return Ok(None) };
    let caller = Arc::new(Caller::new(CallContext::for_user(tenant.clone(), user.clone()), user, csrf_token));
    erp.caller_cache.keep(asked, hash, &caller);
    Ok(Some(caller))
}

/// The user of a tenant, as currently stored in the database.
pub async fn user_of(erp: &Erp, tenant: &str, id: &str) -> Result<Option<CallContext>, DbError> {
    let (Ok(id), Some(tenant)) = (id.parse::<i64>(), erp.tenant(tenant)) else { return Ok(None) };
    let sql = format!("SELECT {} FROM erp_users u WHERE u.tenant_id = $1 AND u.id = $2", User::COLUMNS);
    let row = erp.db.first(&sql, &[tenant.id.as_str().into(), id.into()]).await?;
    let user = row.as_ref().map(User::from_row).transpose()?;
    Ok(user.map(|user| CallContext::for_user(tenant.clone(), user)))
}

/// Sets a user's language.
pub async fn set_locale(erp: &Erp, user: UserId, locale: Locale) -> Result<(), DbError> {
    let values = [locale.as_str().into(), user.0.into()];
    erp.db.execute("UPDATE erp_users SET locale = $1 WHERE id = $2", &values).await?;
    erp.caller_cache.invalidate();
    Ok(())
}

/// Removes expired sessions.
pub async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let now = clock::to_text(clock::now());
    tx.execute("DELETE FROM erp_sessions WHERE expires_at <= $1", &[now.into()]).await
}
