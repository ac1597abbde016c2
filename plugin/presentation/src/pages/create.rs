//! The page for a new script: choose a starter and a name. The script is created inactive and opened in the editor.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use iota_scripts_domain::{Permission, Script, ScriptId, ScriptType};
use iota_scripts_services::{Identity, ServiceError};
use serde::Deserialize;

use super::{Page, PageResult, form::ScriptForm, page_context::PageContext, rendered, script_path, starters::Starter};
use crate::{
    AppState,
    error::ApiError,
    extract::{FormPairs, QueryString},
};

/// Maximum number of paths to try if the starter's path is taken.
const PATHS: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CreateQuery {
    starter: String,
}

#[derive(Template)]
#[template(path = "create.html")]
struct CreatePage {
    page: Page,
    /// Id of the new script, so that the form creates one script even if it is sent several times.
    id: String,
    choices: Vec<Choice>,
    form: ScriptForm,
}

struct Choice {
    id: &'static str,
    kind: ScriptType,
    chosen: bool,
}

/// Returns the starters that the user may choose.
fn choices(page: &Page, chosen: &str) -> Vec<Choice> {
    let allowed = |starter: &Starter| starter.kind != ScriptType::Endpoint || page.may(Permission::ManageEndpoints);
    let mut choices: Vec<Choice> = Starter::all()
        .into_iter()
        .filter(allowed)
        .map(|starter| Choice { id: starter.id, kind: starter.kind, chosen: starter.id == chosen })
        .collect();
    if let Some(first) = choices.first_mut().filter(|_| Starter::find(chosen).is_none()) {
        first.chosen = true;
    }
    choices
}

pub(super) async fn show(
    PageContext { page, .. }: PageContext,
    QueryString(query): QueryString<CreateQuery>,
) -> PageResult {
    if !page.may_create() {
        return Err(ServiceError::Forbidden(Permission::Create).into());
    }
    let body = CreatePage {
        id: ScriptId::generate().to_string(),
        choices: choices(&page, &query.starter),
        form: ScriptForm::default(),
        page: page.clone(),
    };
    rendered(&page, page.t("create.title"), StatusCode::OK, &body)
}

pub(super) async fn create(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    pairs: FormPairs,
) -> PageResult {
    let id: ScriptId = pairs.get("id").parse().map_err(|_| ApiError::not_found("script"))?;
    let starter = Starter::find(pairs.get("starter")).ok_or_else(|| ApiError::not_found("starter"))?;
    let mut form = ScriptForm::sent(&pairs);
    match begin(&app, &identity, id, &starter, &form.name).await {
        Ok(script) => Ok(Redirect::to(&script_path(script.id())).into_response()),
        Err(error) => {
            form.rejection(error, page.locale)?;
            let body = CreatePage { id: id.to_string(), choices: choices(&page, starter.id), form, page: page.clone() };
            rendered(&page, page.t("create.title"), StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
    }
}

/// Several scripts can begin with the same starter: the path of each further one gets a number.
async fn begin(
    app: &AppState,
    identity: &Identity,
    id: ScriptId,
    starter: &Starter,
    name: &str,
) -> Result<Script, ServiceError> {
    let mut turn = 1;
    loop {
        match app.scripts.create_as(identity, id, &starter.input(name, turn)).await {
            Err(ServiceError::EndpointTaken) if turn < PATHS => turn += 1,
            other => return other,
        }
    }
}
