//! Compares our built-ins with the engine's: the same script runs in a context with each, and the outcome must be the same.
//!
//! Cases in which the engine is known to be wrong are excluded, and the result that the language prescribes is tested
//! separately.

mod arrays;
mod json;
mod regexp;
mod sorting;
mod strings;
mod symbols;

use std::cell::RefCell;

use boa_engine::{Context, Source};
use iota_scripts_runtime::{builtins, isolate::STACK_BYTES};
use proptest::prelude::*;

/// Describes the outcome of a function as text: the value in all its parts, or the class of the error.
const PRELUDE: &str = r#"
function describe(value, depth = 0) {
    switch (typeof value) {
        case "string": {
            let units = "";
            for (let at = 0; at < value.length; at++) units += value.charCodeAt(at).toString(16) + " ";
            return "'" + units + "'";
        }
        case "number": return Object.is(value, -0) ? "-0" : String(value);
        case "bigint": return value + "n";
        case "function": return "function";
        case "object": break;
        default: return String(value);
    }
    if (value === null || depth > 40) return "null";
    if (value instanceof Error) return value.constructor.name;
    let members = "";
    for (const key of Reflect.ownKeys(value)) {
        const property = Object.getOwnPropertyDescriptor(value, key);
        const flags = ["writable", "enumerable", "configurable"].filter(flag => property[flag]).map(flag => flag[0]).join("");
        members += (typeof key === "symbol" ? String(key) : describe(key)) + flags + ":" + ("value" in property ? describe(property.value, depth + 1) : "accessor") + ",";
    }
    const prototype = Object.getPrototypeOf(value);
    return (prototype === null ? "null" : prototype.constructor.name) + "{" + members + "}";
}
function sum(parts) {
    if (parts === null) return null;
    let sum = 0;
    for (const part of parts) for (let at = 0; at < part.length; at++) sum = (sum * 31 + part.charCodeAt(at)) % 1000000007;
    return parts.length + ":" + sum;
}
function outcome(body) {
    const log = [];
    let came;
    try {
        came = "returned " + describe(body((...parts) => { log.push(describe(parts)); return parts[parts.length - 1] }));
    } catch (error) {
        came = "threw " + (error instanceof Error ? error.constructor.name : describe(error));
    }
    return came + " after " + log.join(";");
}
"#;

/// A context with the engine's built-ins and one with ours. Scripts in them must not leave state behind.
struct Pair {
    engine: Context,
    ours: Context,
}

thread_local!(static PAIR: RefCell<Pair> = RefCell::new({
    let (mut engine, mut ours) = (Context::default(), Context::default());
    builtins::install(&mut ours).expect("the builtins are installed");
    evaluate(PRELUDE, &mut engine);
    evaluate(PRELUDE, &mut ours);
    Pair { engine, ours }
}));

/// Checks that an expression, which can call `note`, has the same outcome with both.
fn agree(expression: &str) -> Result<(), TestCaseError> {
    let script = format!("outcome(note => ({expression}))");
    let (engine, ours) =
        PAIR.with_borrow_mut(|pair| (evaluate(&script, &mut pair.engine), evaluate(&script, &mut pair.ours)));
    prop_assert_eq!(ours, engine, "{}", expression);
    Ok(())
}

fn all_agree(expressions: &[&str]) {
    for expression in expressions {
        agree(expression).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Returns the result of a script with our built-ins.
fn ours(script: &str) -> String {
    PAIR.with_borrow_mut(|pair| evaluate(script, &mut pair.ours))
}

/// Runs a test with the stack size of an isolate.
fn on_a_big_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).expect("a thread with a big stack");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn evaluate(script: &str, context: &mut Context) -> String {
    let value = context.eval(Source::from_bytes(script)).unwrap_or_else(|error| panic!("{error} in\n{script}"));
    value.to_string(context).expect("a text").to_std_string_escaped()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Texts of few different characters, so that they contain each other: Latin-1 and others, surrogate pairs and lone
/// surrogates.
fn text(longest: usize) -> impl Strategy<Value = String> {
    let unit = prop::sample::select(vec![
        "a",
        "a",
        "b",
        "b",
        ",",
        "$",
        "&",
        "'",
        "`",
        "<",
        ">",
        "0",
        "1",
        "\\xe9",
        "\\u0416",
        "\\ud83d",
        "\\ude00",
        "\\ud83d\\ude00",
        " ",
        "\\n",
    ]);
    let plain = prop::collection::vec(unit, 0..longest).prop_map(|units| units.concat());
    (plain, any::<bool>()).prop_map(|(text, wide)| {
        // A two-byte text that contains only one-byte characters.
        if wide { format!("(\"\\u0416{text}\").slice(1)") } else { format!("\"{text}\"") }
    })
}

#[test]
fn replacements_have_the_same_properties() {
    for (object, methods) in [
        ("String.prototype", "indexOf lastIndexOf includes split replace replaceAll repeat padStart padEnd"),
        ("Array.prototype", "sort toSorted unshift splice join"),
        ("Object.getPrototypeOf(Int8Array.prototype)", "sort toSorted"),
        ("RegExp.prototype", "exec test"),
        ("globalThis", "escape"),
        ("Symbol", "for keyFor"),
        ("JSON", "parse stringify rawJSON isRawJSON"),
    ] {
        // Intl is an addition and replaces nothing.
        all_agree(&[&format!("Reflect.ownKeys({object}).map(String).filter(name => name !== 'Intl')")]);
        for method in methods.split(' ') {
            all_agree(&[
                &format!("[Object.getOwnPropertyDescriptor({object}, '{method}')]"),
                &format!("({object}).{method}.name + ({object}).{method}.length"),
                &format!("Object.getOwnPropertyDescriptors(({object}).{method})"),
                &format!("new ({object}).{method}()"),
                &format!("({object}).{method}.call(undefined)"),
                &format!("({object}).{method}.call(null, 1, 2)"),
            ]);
        }
    }
}
