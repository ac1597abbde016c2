//! The language and the time zone of a tenant, which are the defaults for formatting.

use std::{cell::RefCell, rc::Rc};

use boa_engine::Context;
use chrono_tz::Tz;

use crate::intl::language::Language;

/// Language and time zone of a tenant.
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

/// The region of the run that is currently executing. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CurrentRegion(Rc<RefCell<Rc<Region>>>);

impl CurrentRegion {
    /// Returns the region of a context; UTC and English if the context has none.
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
