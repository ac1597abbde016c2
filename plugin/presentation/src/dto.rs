//! The documents of the JSON API: what is sent and what is answered, field by field.

mod execution;
mod page;
mod script;
mod template;

pub use execution::execution_json;
pub(crate) use execution::{ExecutionDocument, ExecutionItem, ExecutionListQuery, RunInput, RunStarted, TestInput};
pub(crate) use page::{PageDocument, PageQuery};
pub(crate) use script::{ScriptBody, ScriptDocument, ScriptListQuery, VersionDocument, VersionItem};
pub(crate) use template::{TemplateDocument, TemplateInput};
