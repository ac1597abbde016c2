//! Requests of a script's editor: its page, and a save without JavaScript.

use axum::extract::State;
use iota_scripts_domain::{CursorKind, Script, ScriptId, Version};
use iota_scripts_services::{Identity, ServiceError};
use serde::Deserialize;

use super::{
    PageResult, done,
    form::ScriptForm,
    page_context::PageContext,
    pager::requested,
    script_page::{Rejection, VERSIONS, newest_versions, respond},
    script_path,
};
use crate::{
    AppState,
    extract::{FormPairs, PathOf, QueryString},
};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct EditQuery {
    /// Cursor of the version after which the page of versions begins.
    versions: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    PathOf(id): PathOf<ScriptId>,
    QueryString(query): QueryString<EditQuery>,
) -> PageResult {
    let script = app.scripts.get(&identity, id).await?;
    let versions = requested(&query.versions, "", CursorKind::Number, VERSIONS)?;
    respond(&app, &identity, page, &script, versions, Rejection::default()).await
}

/// Saves the form of a browser without JavaScript; with JavaScript, the page uses the JSON API.
pub(super) async fn save(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    PathOf(id): PathOf<ScriptId>,
    pairs: FormPairs,
) -> PageResult {
    let mut form = ScriptForm::sent(&pairs);
    let before = app.scripts.get(&identity, id).await?;
    match replace(&app, &identity, id, &form, pairs.get("base_version")).await {
        Ok(saved) if before.runs_as().is_some_and(|before| saved.runs_as().is_some_and(|now| now != before)) => {
            Ok(done(&script_path(id), "saved_as_other"))
        }
        Ok(_) => Ok(done(&script_path(id), "saved")),
        Err(ServiceError::Stale { current }) => {
            let script = app.scripts.get(&identity, id).await?;
            let rejection = Rejection { form: Some(form), stale: Some(current), run: None };
            respond(&app, &identity, page, &script, newest_versions(), rejection).await
        }
        Err(error) => {
            form.rejection(error, page.locale)?;
            let script = app.scripts.get(&identity, id).await?;
            let rejection = Rejection { form: Some(form), ..Rejection::default() };
            respond(&app, &identity, page, &script, newest_versions(), rejection).await
        }
    }
}

async fn replace(
    app: &AppState,
    identity: &Identity,
    id: ScriptId,
    form: &ScriptForm,
    base: &str,
) -> Result<Script, ServiceError> {
    let base = base.parse::<i64>().ok().and_then(|number| Version::try_from(number).ok());
    let base = base.ok_or(ServiceError::NotFound("version"))?;
    app.scripts.replace(identity, id, base, &form.input()?).await
}
