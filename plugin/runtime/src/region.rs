//! The language and the time zone of a tenant: what formatting uses when a script names none.

use std::{cell::RefCell, rc::Rc};

use boa_engine::Context;
use chrono_tz::Tz;

use crate::intl::language::Language;

/// How a tenant writes.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) zone: Tz,
    pub(crate) language: Language,
}

impl Default for Region {
    fn default() -> Self {
        Self { zone: Tz::UTC, language: Language::english() }
    }
}

/// The region of the run that has the processor. A clone is the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct CurrentRegion(Rc<RefCell<Rc<Region>>>);

impl CurrentRegion {
    /// That of a context; in a context without one, UTC and English.
    pub(crate) fn of(context: &Context) -> Self {
        context.get_data::<Self>().cloned().unwrap_or_default()
    }

    pub(crate) fn set(&self, region: Rc<Region>) {
        *self.0.borrow_mut() = region;
    }

    pub(crate) fn zone(&self) -> Tz {
        self.0.borrow().zone
    }

    pub(crate) fn language(&self) -> Language {
        self.0.borrow().language.clone()
    }
}
