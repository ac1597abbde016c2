//! What runs are told of their surroundings, `context`, and what the isolate itself reads there. The same text comes again and
//! again: it is read once.

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

/// Texts that are kept at one time, the last used first.
const KEPT: usize = 16;
/// Bytes of a text that is not kept.
const LONG: usize = 64 << 10;

/// The surroundings that one text tells of.
pub(super) struct RunEnvironment {
    text: Box<str>,
    pub(super) settings: RunSettings,
    pub(super) shared: run_context::Shared,
}

/// Those of the last runs.
#[derive(Default)]
pub(super) struct Known(Vec<Rc<RunEnvironment>>);

impl Known {
    /// The surroundings of the runs of a plan.
    pub(super) fn of(&mut self, plan: &Plan, context: &mut Context) -> Result<Rc<RunEnvironment>, Fault> {
        let text = plan.context.get();
        if let Some(at) = self.0.iter().position(|known| &*known.text == text) {
            self.0[..=at].rotate_right(1);
            return Ok(Rc::clone(&self.0[0]));
        }
        let malformed = |error: String| fault::INTERNAL.fault(format!("the context of the run is malformed: {error}"));
        let settings = habits_of(text)?;
        let shared = run_context::Shared::from_json(text, context).map_err(|error| malformed(error.to_string()))?;
        let new = Rc::new(RunEnvironment { text: text.into(), settings, shared });
        if text.len() <= LONG {
            self.0.truncate(KEPT - 1);
            self.0.insert(0, Rc::clone(&new));
        }
        Ok(new)
    }
}

/// What an isolate reads of the context that it passes on.
fn habits_of(context: &str) -> Result<RunSettings, Fault> {
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
        Some(name) => name
            .parse()
            .map_err(|_| fault::INTERNAL.fault(format!("context.tenant.timezone: `{name}` is no IANA time zone")))?,
    };
    let api_version = context.script.and_then(|script| script.api_version).unwrap_or(1);
    let language = tenant.locale.as_deref().and_then(Language::named).unwrap_or_else(Language::english);
    Ok(RunSettings { region: Rc::new(Region { zone, language }), api_version })
}
