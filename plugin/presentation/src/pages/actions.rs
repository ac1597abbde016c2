//! Form buttons that change a script: activate, deactivate, delete, restore.

use axum::extract::State;
use iota_scripts_domain::{ScriptId, Version};
use iota_scripts_services::{Seen, ServiceError};

use super::{
    PAGES_PREFIX, PageResult, done,
    form::ScriptForm,
    page_context::PageContext,
    script_page::{Rejection, newest_versions, respond},
    script_path,
};
use crate::{
    AppState,
    extract::{FormPairs, PathOf},
};

/// A source that does not compile is shown with its errors.
pub(super) async fn activate(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    PathOf(id): PathOf<ScriptId>,
    pairs: FormPairs,
) -> PageResult {
    let script = pairs.get("base_version").parse::<i64>().ok().and_then(Version::new);
    let libraries = Seen::libraries(pairs.get("seen_libraries").split_whitespace())?;
    let seen = Seen { script, libraries };
    match app.scripts.activate(&identity, id, seen).await {
        Ok(_) => Ok(done(&script_path(id), "activated")),
        Err(ServiceError::Stale { current }) => {
            let script = app.scripts.get(&identity, id).await?;
            let rejection = Rejection { stale: Some(current), ..Rejection::default() };
            respond(&app, &identity, page, &script, newest_versions(), rejection).await
        }
        Err(error @ (ServiceError::DoesNotCompile(_) | ServiceError::Invalid(_))) => {
            let script = app.scripts.get(&identity, id).await?;
            let mut form = ScriptForm::of(script.definition());
            form.rejection(error, page.locale)?;
            respond(
                &app,
                &identity,
                page,
                &script,
                newest_versions(),
                Rejection { form: Some(form), ..Rejection::default() },
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn deactivate(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    PathOf(id): PathOf<ScriptId>,
) -> PageResult {
    app.scripts.deactivate(&identity, id).await?;
    Ok(done(&script_path(id), "deactivated"))
}

/// Deleting a deleted script succeeds: the form was sent twice.
pub(super) async fn delete(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    PathOf(id): PathOf<ScriptId>,
) -> PageResult {
    ok_if_missing(app.scripts.delete(&identity, id).await)?;
    Ok(done(PAGES_PREFIX, "deleted"))
}

pub(super) async fn restore(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    PathOf((id, number)): PathOf<(ScriptId, Version)>,
) -> PageResult {
    app.scripts.restore(&identity, id, number).await?;
    Ok(done(&script_path(id), "restored"))
}

fn ok_if_missing(deleted: Result<(), ServiceError>) -> Result<(), ServiceError> {
    match deleted {
        Err(ServiceError::NotFound(_)) => Ok(()),
        other => other,
    }
}
