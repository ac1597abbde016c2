//! The handlers of the JSON API: one file for each resource, one function for each route.

pub(crate) mod check;
pub(crate) mod dead_letters;
pub(crate) mod declarations;
pub(crate) mod endpoint;
pub(crate) mod executions;
pub(crate) mod http_hosts;
pub(crate) mod pause;
pub(crate) mod schedules;
pub(crate) mod scripts;
pub(crate) mod templates;
pub(crate) mod versions;
