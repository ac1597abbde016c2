//! A call of an embedded script: arguments, function, time limit and result.

use std::time::Duration;

use iota_scripts_abi::op;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{InvokeError, Plugin, RequestError, ScriptError};
use crate::Identity;

/// A call that is being put together. Nothing happens before [`Invocation::call`].
///
/// Without other calls: no arguments, the script's own time limit, and the function that the script's name suggests
/// (`validate_order` → `validateOrder`), else `main`. [`Plugin::invocation`] has an example.
#[derive(Debug)]
#[must_use = "an invocation does nothing before it is called"]
pub struct Invocation<'plugin> {
    plugin: &'plugin Plugin,
    head: Map<String, Value>,
    arguments: Result<Vec<Value>, InvokeError>,
}

#[derive(Deserialize)]
struct Answer {
    success: bool,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    error: Option<ScriptError>,
    #[serde(default)]
    execution_id: String,
}

impl<'plugin> Invocation<'plugin> {
    pub(super) fn new(plugin: &'plugin Plugin, identity: &Identity, key: &str, script: &str) -> Self {
        let mut head = Map::new();
        head.insert("identity".into(), json!(identity));
        head.insert(key.into(), script.into());
        Self { plugin, head, arguments: Ok(Vec::new()) }
    }

    /// Adds an argument.
    ///
    /// An argument that cannot be written as JSON is reported by [`Self::call`], as [`InvokeError::Argument`].
    pub fn argument<A: Serialize + ?Sized>(mut self, argument: &A) -> Self {
        self.arguments = self.arguments.and_then(|mut arguments| match serde_json::to_value(argument) {
            Ok(value) => {
                arguments.push(value);
                Ok(arguments)
            }
            Err(cause) => Err(InvokeError::Argument { index: arguments.len(), cause }),
        });
        self
    }

    /// Calls this function of the script instead of `main`.
    pub fn function(mut self, name: &str) -> Self {
        self.head.insert("function".into(), name.into());
        self
    }

    /// Ends the run after this time, if the script's own limit is not shorter.
    ///
    /// Whole milliseconds; a fraction is cut off.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.head.insert("timeout_ms".into(), u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).into());
        self
    }

    /// Calls the script and returns its value.
    ///
    /// # Errors
    /// Those of [`Plugin::invoke`].
    pub async fn call(mut self) -> Result<Value, InvokeError> {
        self.head.insert("args".into(), Value::Array(self.arguments?));
        let pending = self.plugin.submit(op::INVOKE, &Value::Object(self.head), &[])?;
        let answer: Answer = pending.single().await?.read()?;
        match answer.error {
            _ if answer.success => Ok(answer.value),
            Some(error) => Err(InvokeError::Script { error: Box::new(error), execution_id: answer.execution_id }),
            None => Err(RequestError::Malformed("neither a value nor an error".into()).into()),
        }
    }

    /// Calls the script and reads its value as `T`.
    ///
    /// # Errors
    /// Those of [`Plugin::invoke`], and [`InvokeError::Value`] if the value does not fit `T`.
    pub async fn call_as<T: DeserializeOwned>(self) -> Result<T, InvokeError> {
        serde_json::from_value(self.call().await?).map_err(InvokeError::Value)
    }
}
