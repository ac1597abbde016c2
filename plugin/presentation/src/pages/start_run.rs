//! Starts a run from the form beside a script, now or later.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect},
};
use iota_scripts_domain::{ExecutionId, FieldError, FieldProblem, ScriptId, TimeZone, Trigger};
use iota_scripts_services::{Identity, RunRequest, ServiceError, Target};

use super::{
    PageResult, done,
    page_context::PageContext,
    run_form::RunForm,
    script_page::{Rejection, newest_versions, respond},
};
use crate::{
    AppState,
    error::ApiError,
    extract::{FormPairs, PathOf},
};

/// The result of a sent form.
enum Started {
    Now(ExecutionId),
    Later,
}

pub(super) async fn run(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    PathOf(id): PathOf<ScriptId>,
    pairs: FormPairs,
) -> PageResult {
    let mut form = RunForm::sent(&pairs);
    let run_id: ExecutionId = form.run_id.parse().map_err(|_| ApiError::not_found("execution"))?;
    match start(&app, &identity, id, run_id, &form, page.zone).await {
        Ok(Started::Now(run)) => Ok(Redirect::to(&format!("/scripts/runs/{run}")).into_response()),
        Ok(Started::Later) => Ok(done(&format!("/scripts/occurrences?script={id}"), "later")),
        Err(error) => {
            form.rejection(error, page.locale)?;
            let script = app.scripts.get(&identity, id).await?;
            let rejection = Rejection { run: Some(form), ..Rejection::default() };
            respond(&app, &identity, page, &script, newest_versions(), rejection).await
        }
    }
}

async fn start(
    app: &AppState,
    identity: &Identity,
    id: ScriptId,
    run_id: ExecutionId,
    form: &RunForm,
    zone: TimeZone,
) -> Result<Started, ServiceError> {
    let args = form.args()?;
    if let Some(at) = form.local_time(zone)? {
        if form.dry_run {
            return Err(FieldError::new("at", FieldProblem::NotApplicable, "a dry run cannot be scheduled").into());
        }
        let occurrence = form.run_id.parse().map_err(|_| ServiceError::NotFound("occurrence"))?;
        app.schedules.later(identity, id, occurrence, at, args).await?;
        return Ok(Started::Later);
    }
    if app.executions.get(identity, run_id).await.is_ok() {
        return Ok(Started::Now(run_id));
    }
    let request =
        RunRequest { id: Some(run_id), args, dry_run: form.dry_run, ..RunRequest::of(Target::Id(id), Trigger::Manual) };
    match app.executions.start(identity, request).await {
        Ok(run) => Ok(Started::Now(run.id())),
        // The same form was sent twice at the same time.
        Err(error) => app.executions.get(identity, run_id).await.map(|_| Started::Now(run_id)).map_err(|_| error),
    }
}
