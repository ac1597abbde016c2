//! What buttons of forms do to scripts: switch on, switch off, delete, restore, one by one or several at once.

use axum::{extract::State, response::Response};
use iota_scripts_domain::{ScriptId, Version};
use iota_scripts_services::{Identity, ServiceError};

use super::{
    PAGES_PREFIX, PageResult, done,
    edit::{Refusal, newest_versions, respond},
    form::ScriptForm,
    visitor::Visitor,
};
use crate::{
    AppState,
    error::ApiError,
    extract::{FormPairs, PathOf},
};

/// A source that does not compile is shown with what is wrong with it.
pub(super) async fn activate(
    State(app): State<AppState>,
    Visitor { identity, page }: Visitor,
    PathOf(id): PathOf<ScriptId>,
) -> PageResult {
    match app.scripts.activate(&identity, id).await {
        Ok(_) => Ok(done(&address(id), "activated")),
        Err(error @ ServiceError::DoesNotCompile(_)) => {
            let script = app.scripts.get(&identity, id).await?;
            let mut form = ScriptForm::of(script.definition());
            form.refused(error, page.locale)?;
            respond(
                &app,
                &identity,
                page,
                &script,
                newest_versions(),
                Refusal { form: Some(form), ..Refusal::default() },
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn deactivate(
    State(app): State<AppState>,
    Visitor { identity, .. }: Visitor,
    PathOf(id): PathOf<ScriptId>,
) -> PageResult {
    app.scripts.deactivate(&identity, id).await?;
    Ok(done(&address(id), "deactivated"))
}

/// Deleting what is gone already is done: the form was sent twice.
pub(super) async fn delete(
    State(app): State<AppState>,
    Visitor { identity, .. }: Visitor,
    PathOf(id): PathOf<ScriptId>,
) -> PageResult {
    gone(app.scripts.delete(&identity, id).await)?;
    Ok(done(PAGES_PREFIX, "deleted"))
}

pub(super) async fn restore(
    State(app): State<AppState>,
    Visitor { identity, .. }: Visitor,
    PathOf((id, number)): PathOf<(ScriptId, Version)>,
) -> PageResult {
    app.scripts.restore(&identity, id, number).await?;
    Ok(done(&address(id), "restored"))
}

/// The same for each script that is ticked. One that is refused stops the rest, and what was done stays done.
pub(super) async fn bulk(
    State(app): State<AppState>,
    Visitor { identity, .. }: Visitor,
    FormPairs(pairs): FormPairs,
) -> PageResult {
    let action = pairs.iter().find(|(name, _)| name == "action").map_or("", |(_, value)| value.as_str());
    let ids = pairs.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.parse::<ScriptId>());
    let ids: Vec<ScriptId> = ids.collect::<Result<_, _>>().map_err(|_| ApiError::no_such("script"))?;
    let word = match action {
        "activate" => "bulk_activated",
        "deactivate" => "bulk_deactivated",
        "delete" => "bulk_deleted",
        _ => return Err(ApiError::invalid(Some("action".to_owned()), "one of activate, deactivate, delete")),
    };
    for id in ids {
        apply(&app, &identity, action, id).await?;
    }
    Ok(back(&pairs, word))
}

async fn apply(app: &AppState, identity: &Identity, action: &str, id: ScriptId) -> Result<(), ServiceError> {
    match action {
        "activate" => app.scripts.activate(identity, id).await.map(drop),
        "deactivate" => app.scripts.deactivate(identity, id).await.map(drop),
        _ => gone(app.scripts.delete(identity, id).await),
    }
}

fn gone(deleted: Result<(), ServiceError>) -> Result<(), ServiceError> {
    match deleted {
        Err(ServiceError::NotFound(_)) => Ok(()),
        other => other,
    }
}

/// To the list, filtered as it was.
fn back(pairs: &[(String, String)], word: &str) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept =
        pairs.iter().filter(|(name, value)| ["type", "active", "search"].contains(&name.as_str()) && !value.is_empty());
    let query = query.extend_pairs(kept).finish();
    done(&if query.is_empty() { PAGES_PREFIX.to_owned() } else { format!("{PAGES_PREFIX}?{query}") }, word)
}

/// The page of a script.
pub(super) fn address(id: ScriptId) -> String {
    format!("{PAGES_PREFIX}/{id}")
}
