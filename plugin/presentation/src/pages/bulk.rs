//! Actions on several scripts of the list: activate, deactivate, delete. Activation asks for confirmation first,
//! because a script may be inactive on purpose: the page lists the scripts that would be activated, and the others with
//! a reason.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{FieldError, Script, ScriptId, ScriptType, Version};
use iota_scripts_services::{Activation, Identity, Seen, SeenLibrary, ServiceError};

use super::{
    PAGES_PREFIX, Page, PageResult, done, list::occasion, local_time::LocalTime, page_context::PageContext, rendered,
};
use crate::{AppState, error::ApiError, extract::FormPairs};

#[derive(Template)]
#[template(path = "bulk.html")]
struct BulkPage {
    page: Page,
    rows: Vec<Row>,
    /// Number of scripts that would be activated.
    ready: u64,
    /// The address of the list with its filters, and the filters.
    back: String,
    seen_libraries: String,
    filters: Vec<(String, String)>,
}

struct Row {
    id: ScriptId,
    name: String,
    kind: ScriptType,
    occasion: String,
    /// The libraries that it uses, with their versions.
    libraries: String,
    changed: LocalTime,
    /// `ready`, `on`, `quarantined`, `broken` or `refused`.
    becomes: &'static str,
    reason: String,
    version: Version,
    /// Whether it would run as the current user from then on.
    lends: bool,
}

/// Applies the action to each selected script. Scripts that cannot run are not activated. Any other rejected change
/// stops the action, and earlier changes are kept.
pub(super) async fn bulk(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    form: FormPairs,
) -> PageResult {
    let ids = form.0.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.parse::<ScriptId>());
    let ids: Vec<ScriptId> = ids.collect::<Result<_, _>>().map_err(|_| ApiError::not_found("script"))?;
    let (word, number) = match form.get("action") {
        "activate" if form.get("confirmed").is_empty() => return confirm(&app, &identity, &page, &form, &ids).await,
        "activate" => {
            ("bulk_activated", app.scripts.activate_all(&identity, &ids, &seen(&form), &seen_libraries(&form)?).await?)
        }
        "deactivate" => ("bulk_deactivated", deactivate(&app, &identity, &ids).await?),
        "delete" => ("bulk_deleted", delete(&app, &identity, &ids).await?),
        _ => return Err(ApiError::invalid(Some("action".to_owned()), "expected activate, deactivate or delete")),
    };
    Ok(done(&back(&form), &format!("{word}&n={number}")))
}

/// Returns the versions that the confirmation page showed, as `id:version`.
fn seen(form: &FormPairs) -> HashMap<ScriptId, Version> {
    let pairs = form.0.iter().filter(|(name, _)| name == "seen").filter_map(|(_, value)| value.split_once(':'));
    pairs.filter_map(|(id, version)| Some((id.parse().ok()?, Version::new(version.parse().ok()?)?))).collect()
}

/// Returns the libraries that the confirmation page showed.
fn seen_libraries(form: &FormPairs) -> Result<Vec<SeenLibrary>, FieldError> {
    Seen::libraries(form.get("seen_libraries").split_whitespace())
}

/// Returns the number of scripts that were active.
async fn deactivate(app: &AppState, identity: &Identity, ids: &[ScriptId]) -> Result<u64, ServiceError> {
    let mut switched = 0;
    for id in ids {
        let was_active = app.scripts.get(identity, *id).await?.definition().active;
        app.scripts.deactivate(identity, *id).await?;
        switched += u64::from(was_active);
    }
    Ok(switched)
}

/// Returns the number of scripts that existed.
async fn delete(app: &AppState, identity: &Identity, ids: &[ScriptId]) -> Result<u64, ServiceError> {
    let mut deleted = 0;
    for id in ids {
        match app.scripts.delete(identity, *id).await {
            Ok(()) => deleted += 1,
            Err(ServiceError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(deleted)
}

async fn confirm(app: &AppState, identity: &Identity, page: &Page, form: &FormPairs, ids: &[ScriptId]) -> PageResult {
    let mut rows = Vec::new();
    let mut libraries = Vec::new();
    for (script, becomes) in app.scripts.activation(identity, ids).await? {
        let used = app.scripts.libraries(&script).await?;
        rows.push(row(&script, becomes, &used, page));
        libraries.extend(used);
    }
    let body = BulkPage {
        seen_libraries: seen_by(&libraries),
        ready: rows.iter().filter(|row| row.becomes == "ready").count() as u64,
        rows,
        back: back(form),
        filters: filters(form).map(|(name, value)| (name.clone(), value.clone())).collect(),
        page: page.clone(),
    };
    rendered(page, page.t("bulk.title"), StatusCode::OK, &body)
}

/// Formats libraries for a form field.
pub(super) fn seen_by(libraries: &[Script]) -> String {
    let tokens = libraries.iter().map(|library| format!("{}:{}", library.id(), library.version()));
    tokens.collect::<Vec<_>>().join(" ")
}

/// Formats libraries for display.
pub(super) fn used(libraries: &[Script]) -> String {
    let named = libraries.iter().map(|library| format!("{} {}", library.definition().name, library.version()));
    named.collect::<Vec<_>>().join(", ")
}

fn row(script: &Script, becomes: Activation, libraries: &[Script], page: &Page) -> Row {
    let (becomes, reason) = match becomes {
        Activation::Ready => ("ready", String::new()),
        Activation::AlreadyOn => ("on", String::new()),
        Activation::Quarantined => ("quarantined", String::new()),
        Activation::Broken(reason) => ("broken", reason),
        Activation::Refused(reason) => ("refused", reason),
    };
    let definition = script.definition();
    Row {
        id: script.id(),
        version: script.version(),
        lends: becomes == "ready" && script.would_borrow_rights(),
        name: definition.name.to_string(),
        kind: definition.kind.script_type(),
        libraries: used(libraries),
        occasion: occasion(&definition.kind, page),
        changed: LocalTime::of(script.updated().at, page.zone),
        becomes,
        reason,
    }
}

fn filters(FormPairs(pairs): &FormPairs) -> impl Iterator<Item = &(String, String)> {
    pairs.iter().filter(|(name, value)| ["type", "active", "search"].contains(&name.as_str()) && !value.is_empty())
}

/// Returns the address of the list with its filters.
fn back(form: &FormPairs) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters(form)).finish();
    if query.is_empty() { PAGES_PREFIX.to_owned() } else { format!("{PAGES_PREFIX}?{query}") }
}
