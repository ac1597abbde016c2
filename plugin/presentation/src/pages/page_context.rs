//! The user of a page and the data that every page needs: language, time zone, permissions.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Uri, request::Parts},
};
use iota_scripts_domain::{Pause, Permission, TimeZone};
use iota_scripts_services::Identity;

use super::local_time::LocalTime;
use crate::{AppState, assets, caller::Caller, error::ApiError, locale::Locale};

/// The user and the common data of a page.
pub(super) struct PageContext {
    pub(super) identity: Identity,
    pub(super) page: Page,
}

impl<S: Sync> FromRequestParts<S> for PageContext
where
    AppState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = AppState::from_ref(state);
        let Caller(identity) = Caller::from_request_parts(parts, state).await?;
        let permissions = app.scripts.permissions(&identity).await?;
        let pause = if permissions.contains(&Permission::Read) { app.schedules.paused(&identity).await? } else { None };
        let page = Page {
            locale: Locale::of(&identity),
            zone: identity.tenant.timezone().unwrap_or(TimeZone::UTC),
            permissions,
            done: done(&parts.uri),
            pause,
        };
        if let Some(slot) = parts.extensions.get::<PageSlot>() {
            // Cannot fail: the cell belongs to this request, and the extractor runs once.
            let _ = slot.0.set(Page { done: None, ..page.clone() });
        }
        Ok(Self { identity, page })
    }
}

/// Data that templates use on every page.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) locale: Locale,
    /// The tenant's time zone, in which all times are shown.
    pub(super) zone: TimeZone,
    permissions: Vec<Permission>,
    done: Option<Done>,
    /// Reason and end of the pause, if schedules are paused.
    pause: Option<Pause>,
}

/// The action that was just done, and the number of entries.
#[derive(Clone)]
struct Done {
    word: String,
    number: Option<u64>,
}

/// Where a request stores its page, for an error response that is rendered later.
#[derive(Clone, Default)]
pub(super) struct PageSlot(pub(super) Arc<OnceLock<Page>>);

impl Page {
    /// Returns a page for a user of whom only the language is known.
    pub(super) const fn plain(locale: Locale) -> Self {
        Self { locale, zone: TimeZone::UTC, permissions: Vec::new(), done: None, pause: None }
    }

    pub(super) fn t<'a>(&self, key: &'a str) -> &'a str {
        self.locale.text(key)
    }

    /// Returns the text of a value of the plugin: `status.failed`.
    pub(super) fn word(&self, group: &str, word: impl fmt::Display) -> String {
        self.locale.text(&format!("{group}.{word}")).to_owned()
    }

    pub(super) fn plural(&self, key: &str, n: &u64) -> String {
        self.locale.plural(key, *n)
    }

    pub(super) fn with(&self, key: &str, name: &str, value: &(impl ToString + ?Sized)) -> String {
        self.locale.with(key, name, value)
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    pub(super) fn may_create(&self) -> bool {
        self.may(Permission::Create)
    }

    pub(super) fn may_update(&self) -> bool {
        self.may(Permission::Update)
    }

    /// Checks the permission to expose a script: to create an endpoint or to write the host's tables.
    pub(super) fn may_manage(&self) -> bool {
        self.may(Permission::ManageEndpoints)
    }

    pub(super) fn may_delete(&self) -> bool {
        self.may(Permission::Delete)
    }

    pub(super) fn may_run(&self) -> bool {
        self.may(Permission::Execute)
    }

    pub(super) fn may_manage_endpoints(&self) -> bool {
        self.may(Permission::ManageEndpoints)
    }

    pub(super) fn may_read(&self) -> bool {
        self.may(Permission::Read)
    }

    /// Returns the message about the action that was just done.
    pub(super) fn notice(&self) -> Option<String> {
        let Done { word, number } = self.done.as_ref()?;
        let key = format!("done.{word}");
        match number {
            Some(number) => self.locale.find(&format!("{key}.other")).map(|_| self.locale.plural(&key, *number)),
            None => self.locale.find(&key).map(str::to_owned),
        }
    }

    pub(super) const fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// Returns the notice that every page shows while schedules are paused.
    pub(super) fn paused(&self) -> Option<String> {
        let pause = self.pause.as_ref()?;
        let short = |time| LocalTime::of(time, self.zone).short;
        let (key, until) = match pause.ends_at {
            Some(until) => ("pause.banner", short(until)),
            None => ("pause.banner_open", String::new()),
        };
        let text = [
            ("name", pause.name.as_str()),
            ("since", &short(pause.paused.at)),
            ("until", &until),
            ("reason", pause.reason.as_str()),
        ];
        Some(self.locale.filled(key, &text))
    }

    pub(super) fn asset(&self, file: &str) -> String {
        assets::address(file)
    }

    pub(super) fn lang(&self) -> &'static str {
        self.locale.as_str()
    }

    /// Returns the texts for the scripts of the page, as JSON that is safe inside a `script` element.
    pub(super) fn script_texts(&self) -> String {
        let groups = ["js.", "status.", "editor.", "problem.", "mistake.", "fault.", "dry."];
        let texts = serde_json::Value::from(self.locale.beginning(&groups));
        texts.to_string().replace('<', "\\u003c")
    }
}

/// Returns the finished action that a redirect put into the query.
fn done(uri: &Uri) -> Option<Done> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let of = |wanted: &str| pairs.clone().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    Some(Done { word: of("done")?, number: of("n").and_then(|number| number.parse().ok()) })
}
