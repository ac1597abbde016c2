//! The request and response bodies of the JSON API, field by field.

mod execution;
mod http_host;
mod occurrence;
mod page;
mod pause;
mod script;
mod template;

pub use execution::execution_json;
pub(crate) use execution::{
    ExecutionDocument, ExecutionItem, ExecutionListQuery, RunAnswer, RunInput, RunStarted, TestInput,
};
pub(crate) use http_host::HttpHostDocument;
pub(crate) use occurrence::{
    BacklogDocument, OccurrenceDocument, OccurrenceListQuery, ReplayDocument, ReplayInput, ReplayItem,
    ScheduleDocument, ScheduleInput,
};
pub(crate) use page::{PageDocument, PageQuery};
pub(crate) use pause::{PauseDocument, PauseInput};
pub(crate) use script::{ActivationInput, ScriptBody, ScriptDocument, ScriptListQuery, VersionDocument, VersionItem};
pub(crate) use template::{TemplateDocument, TemplateInput, TemplateKey};
