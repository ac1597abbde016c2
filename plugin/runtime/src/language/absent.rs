//! What works in other places where JavaScript runs and not here, and the way to do the same: one table for the error of a run
//! and for the check.

/// Names, and the advice for them.
const ABSENT: &[(&[&str], &str)] = &[
    (&["XMLHttpRequest", "axios", "superagent", "got"], "use `http.get`, `http.post` … or `fetch`"),
    (
        &["require"],
        "write `import { name } from 'lib:…'`, which loads a library of the tenant; there are no packages of npm",
    ),
    (
        &["module", "exports"],
        "declare functions at the top level; a library writes `export` in front of what others import",
    ),
    (&["process"], "nothing of the server is shown to scripts; what they may know is in `context`"),
    (&["__dirname", "__filename"], "scripts have no files; keep data in `storage`, texts in templates"),
    (&["Deno", "Bun"], "scripts see nothing of the server; use `http`, `db` and `storage`"),
    (&["global"], "write `globalThis`"),
    (
        &["Buffer"],
        "use `utils.base64` for Base64, `TextEncoder` and `TextDecoder` for text as bytes, and `Uint8Array` for bytes",
    ),
    (&["window", "document", "navigator", "location", "history"], "scripts run on the server, where there is no page"),
    (&["alert"], "use `console.log`, or return the message"),
    (&["confirm", "prompt"], "scripts run on the server and cannot ask; pass the answer as input"),
    (&["localStorage", "sessionStorage", "indexedDB", "caches"], "use `storage`"),
    (&["setImmediate"], "use `setTimeout(f)` or `queueMicrotask(f)`"),
    (&["clearImmediate"], "use `clearTimeout`"),
    (&["requestAnimationFrame"], "use `setTimeout`"),
    (&["Worker", "SharedWorker", "importScripts"], "a script has one thread; start another script with an event"),
    (&["SharedArrayBuffer", "Atomics"], "a script has one thread; use `ArrayBuffer`"),
    (&["WebAssembly"], "only JavaScript and TypeScript run here"),
    (&["WebSocket", "EventSource"], "connections do not stay open here; ask with `http` or `fetch`"),
    (
        &["ReadableStream", "WritableStream", "TransformStream"],
        "bodies come whole: use `await response.text()` or `.bytes()`",
    ),
    (
        &["FormData", "Blob", "File", "FileReader"],
        "send `URLSearchParams`, text or a `Uint8Array`; `http` sends forms with `form`",
    ),
    (&["Temporal"], "use `Date` and `utils.date`"),
    (&["Intl"], "use `toLocaleString` and `utils.format`"),
    (&["moment", "dayjs", "luxon"], "use `Date` and `utils.date`, or put what you need into a library (`lib:…`)"),
    (&["_", "lodash", "$", "jQuery"], "use what the language has, or put what you need into a library (`lib:…`)"),
];

/// What an author is told who changes an object that all scripts share.
pub(crate) const BUILT_IN: &str = "built-in objects are the same for all scripts and cannot be changed; write a function of your own \
                                   under another name, or put it into a library (`lib:…`)";

/// What an author is told who changes an object that the run was given.
pub(crate) const GIVEN: &str = "it is given to the script for reading; keep what is yours in a variable of your own";

/// Settings of other engines that libraries make. They mean nothing here, and setting one is no mistake.
pub(crate) const SETTINGS: [&str; 2] = ["Error.stackTraceLimit", "Error.prepareStackTrace"];

/// What an author may use instead of a name that is not here; none for a name that nobody expects.
#[must_use]
pub(crate) fn advice(name: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(names, _)| names.contains(&name)).map(|(_, advice)| *advice)
}
