//! The templates that scripts render: the list, and a form to edit one.

use askama::Template;
use axum::{extract::State, http::StatusCode, http::Uri};
use iota_scripts_domain::{FieldErrors, FieldProblem};
use iota_scripts_services::{Identity, ServiceError};

use super::{Page, PageResult, done, local_time::LocalTime, page_context::PageContext, people::People, rendered};
use crate::{AppState, extract::FormPairs};

const PATH: &str = "/scripts/templates";

#[derive(Template)]
#[template(path = "templates.html")]
struct TemplatesPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    locale: String,
    /// Address of the form.
    link: String,
    at: LocalTime,
    by: String,
}

#[derive(Template)]
#[template(path = "template.html")]
struct TemplatePage {
    page: Page,
    form: Form,
    /// Whether the template exists.
    known: bool,
}

/// The values of the form, and its errors.
#[derive(Default)]
struct Form {
    name: String,
    locale: String,
    body: String,
    errors: FieldErrors,
}

impl Form {
    fn sent(form: &FormPairs) -> Self {
        let field = |name: &str| form.get(name).to_owned();
        Self {
            name: field("name"),
            locale: field("locale"),
            // Browsers send line ends as CR LF.
            body: form.get("body").replace("\r\n", "\n"),
            errors: FieldErrors::default(),
        }
    }

    /// Returns the error of a field in the user's language.
    fn error(&self, field: &str, page: &Page) -> String {
        let Some(error) = self.errors.0.iter().find(|error| error.field == field) else { return String::new() };
        match field {
            "name" => page.t("problem.template_name").to_owned(),
            "locale" => page.t("problem.template_locale").to_owned(),
            "body" if error.code == FieldProblem::TooLong => page.t("problem.template_body").to_owned(),
            _ => page.with("problem.template_syntax", "reason", &error.message),
        }
    }
}

pub(super) async fn list(State(app): State<AppState>, PageContext { identity, page }: PageContext) -> PageResult {
    let templates = app.templates.list(&identity).await?;
    let people = People::of(&app, &identity, templates.iter().map(|template| &template.updated.by)).await;
    let rows = templates.into_iter().map(|template| {
        let (name, locale) = (template.name.as_str(), template.locale.as_ref().map_or("", |locale| locale.as_str()));
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("name", name)
            .append_pair("locale", locale)
            .finish();
        Row {
            link: format!("{PATH}/edit?{query}"),
            at: LocalTime::of(template.updated.at, page.zone),
            by: people.name(&template.updated.by),
            name: name.to_owned(),
            locale: locale.to_owned(),
        }
    });
    let body = TemplatesPage { rows: rows.collect(), page: page.clone() };
    rendered(&page, page.t("tabs.templates"), StatusCode::OK, &body)
}

/// Renders the form of a template, or an empty one.
pub(super) async fn edit(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    uri: Uri,
) -> PageResult {
    let query = FormPairs(form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect());
    let (name, locale) = (query.get("name"), query.get("locale"));
    if name.is_empty() {
        return form(&page, Form::default(), Existing::No, StatusCode::OK);
    }
    let template = app.templates.get(&identity, name, Some(locale)).await?;
    let shown = Form {
        name: template.name.as_str().to_owned(),
        locale: template.locale.map_or_else(String::new, |locale| locale.as_str().to_owned()),
        body: template.body.as_str().to_owned(),
        errors: FieldErrors::default(),
    };
    form(&page, shown, Existing::Yes, StatusCode::OK)
}

/// Writes a template; an invalid one is shown again with the errors.
pub(super) async fn save(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    pairs: FormPairs,
) -> PageResult {
    let sent = Form::sent(&pairs);
    match app.templates.put(&identity, &sent.name, Some(&sent.locale), &sent.body).await {
        Ok(_) => Ok(done(PATH, "template_saved")),
        Err(ServiceError::Invalid(errors)) => {
            form(&page, Form { errors, ..sent }, Existing::No, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// Removes a template. Removing a removed template succeeds: the form was sent twice.
pub(super) async fn remove(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    pairs: FormPairs,
) -> PageResult {
    take_away(&app, &identity, &Form::sent(&pairs)).await?;
    Ok(done(PATH, "template_removed"))
}

async fn take_away(app: &AppState, identity: &Identity, form: &Form) -> Result<(), ServiceError> {
    match app.templates.remove(identity, &form.name, Some(&form.locale)).await {
        Err(ServiceError::NotFound(_)) => Ok(()),
        other => other,
    }
}

/// Whether a template of this name and language exists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Yes,
    No,
}

fn form(page: &Page, form: Form, known: Existing, status: StatusCode) -> PageResult {
    let body = TemplatePage { form, known: known == Existing::Yes, page: page.clone() };
    rendered(page, page.t("tabs.templates"), status, &body)
}
