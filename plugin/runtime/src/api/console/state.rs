//! The console's state of a run: stopwatches and counters.

use std::{collections::HashMap, time::Instant};

use boa_engine::{Context, JsArgs, JsResult, JsValue};

use super::{one_of, text_of, write};
use crate::{convert, isolate::Session, protocol::LogLevel};

/// Maximum of labels of each kind.
const MAX_LABELS: usize = 1_000;

/// The stopwatches and counters of one run.
#[derive(Debug, Default)]
struct State {
    watches: HashMap<String, Instant>,
    counts: HashMap<String, u64>,
}

pub(super) fn time(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args, context);
    let is_known = Session::of(context)?.state(|State { watches, .. }| {
        let is_known = watches.contains_key(&label);
        if !is_known && watches.len() < MAX_LABELS {
            watches.insert(label.clone(), Instant::now());
        }
        is_known
    })?;
    if is_known {
        warn(format!("the stopwatch `{label}` is already running"), context)
    } else {
        Ok(JsValue::undefined())
    }
}

pub(super) fn time_log(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args, context);
    let began = Session::of(context)?.state(|state: &mut State| state.watches.get(&label).copied())?;
    print_time(&label, began, args.get(1..).unwrap_or_default(), context)
}

pub(super) fn time_end(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args, context);
    let began = Session::of(context)?.state(|state: &mut State| state.watches.remove(&label))?;
    print_time(&label, began, &[], context)
}

fn print_time(label: &str, began: Option<Instant>, more: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(began) = began else { return warn(format!("there is no stopwatch `{label}`"), context) };
    let ms = began.elapsed().as_secs_f64() * 1e3;
    let (more, objects) = text_of(more, context);
    let line = format!("{label}: {ms:.3} ms {more}");
    write(LogLevel::Log, line.trim_end().to_owned(), one_of(objects), context)?;
    Ok(JsValue::undefined())
}

pub(super) fn count(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args, context);
    let count = Session::of(context)?.state(|State { counts, .. }| {
        if counts.len() >= MAX_LABELS && !counts.contains_key(&label) {
            return 1;
        }
        let count = counts.entry(label.clone()).or_default();
        *count += 1;
        *count
    })?;
    write(LogLevel::Log, format!("{label}: {count}"), None, context)?;
    Ok(JsValue::undefined())
}

pub(super) fn count_reset(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args, context);
    match Session::of(context)?.state(|state: &mut State| state.counts.remove(&label))? {
        Some(_) => Ok(JsValue::undefined()),
        None => warn(format!("there is no counter `{label}`"), context),
    }
}

fn warn(message: String, context: &mut Context) -> JsResult<JsValue> {
    write(LogLevel::Warn, message, None, context)?;
    Ok(JsValue::undefined())
}

/// Returns the label of a stopwatch or a counter.
fn label(args: &[JsValue], context: &mut Context) -> String {
    const MAX_LABEL_CHARS: usize = 200;
    let label = args.get_or_undefined(0);
    if label.is_undefined() {
        return "default".to_owned();
    }
    convert::plain_text(label, context).chars().take(MAX_LABEL_CHARS).collect()
}
