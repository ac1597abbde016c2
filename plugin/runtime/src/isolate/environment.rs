//! The `context` object of runs and the settings that the isolate reads from it. Many runs have the same text, so parsed texts are
//! cached.

use std::rc::Rc;

use boa_engine::Context;
use chrono_tz::Tz;
use serde::Deserialize;

use super::{run_context, session::RunSettings};
use crate::{
    fault,
    intl::language::Language,
    protocol::{Fault, Plan},
    region::Region,
};

/// Maximum of cached texts, the most recently used first.
const CAPACITY: usize = 16;
/// Size in bytes from which a text is not cached.
const MAX_CACHED_BYTES: usize = 64 << 10;

/// The environment that one text describes.
pub(super) struct RunEnvironment {
    text: Box<str>,
    pub(super) settings: RunSettings,
    pub(super) shared: run_context::SharedContext,
}

/// The environments of the last runs.
#[derive(Default)]
pub(super) struct EnvironmentCache(Vec<Rc<RunEnvironment>>);

impl EnvironmentCache {
    /// Returns the environment of the runs of a plan.
    pub(super) fn of(&mut self, plan: &Plan, context: &mut Context) -> Result<Rc<RunEnvironment>, Fault> {
        let text = plan.context.get();
        if let Some(at) = self.0.iter().position(|known| &*known.text == text) {
            self.0[..=at].rotate_right(1);
            return Ok(Rc::clone(&self.0[0]));
        }
        let malformed = |error: String| fault::INTERNAL.fault(format!("the context of the run is malformed: {error}"));
        let settings = parse_settings(text)?;
        let shared =
            run_context::SharedContext::from_json(text, context).map_err(|error| malformed(error.to_string()))?;
        let new = Rc::new(RunEnvironment { text: text.into(), settings, shared });
        if text.len() <= MAX_CACHED_BYTES {
            self.0.truncate(CAPACITY - 1);
            self.0.insert(0, Rc::clone(&new));
        }
        Ok(new)
    }
}

/// Parses the settings that the isolate itself needs from the context.
fn parse_settings(context: &str) -> Result<RunSettings, Fault> {
    #[derive(Deserialize)]
    struct Context {
        tenant: Option<Tenant>,
        script: Option<Script>,
    }
    #[derive(Default, Deserialize)]
    struct Tenant {
        timezone: Option<String>,
        locale: Option<String>,
    }
    #[derive(Deserialize)]
    struct Script {
        #[serde(rename = "apiVersion")]
        api_version: Option<u32>,
    }
    let context: Context = serde_json::from_str(context)
        .map_err(|error| fault::INTERNAL.fault(format!("the context of the run is malformed: {error}")))?;
    let tenant = context.tenant.unwrap_or_default();
    let zone = match tenant.timezone {
        None => Tz::UTC,
        Some(name) => name.parse().map_err(|_| {
            fault::INTERNAL.fault(format!("context.tenant.timezone: `{name}` is not an IANA time zone"))
        })?,
    };
    let api_version = context.script.and_then(|script| script.api_version).unwrap_or(1);
    let language = tenant.locale.as_deref().and_then(Language::named).unwrap_or_else(Language::english);
    Ok(RunSettings { region: Rc::new(Region { zone, language }), api_version })
}
