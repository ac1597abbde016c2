//! Names that exist in other JavaScript environments but not here, each with the alternative. The error of a run and the
//! check before a run use the same table.

/// Names, and the advice for them.
const ABSENT: &[(&[&str], &str)] = &[
    (&["XMLHttpRequest", "axios", "superagent", "got"], "use `http.get`, `http.post` … or `fetch`"),
    (
        &["require"],
        "write `import { name } from 'lib:…'`, which loads a library of the tenant; npm packages are not available",
    ),
    (
        &["module", "exports"],
        "declare functions at the top level; in a library, write `export` before each name that other scripts import",
    ),
    (&["process"], "scripts have no access to the server's process; the data of the run is in `context`"),
    (&["__dirname", "__filename"], "scripts have no file system; keep data in `storage` and texts in templates"),
    (&["Deno", "Bun"], "scripts have no access to the server; use `http`, `db` and `storage`"),
    (&["global"], "write `globalThis`"),
    (
        &["Buffer"],
        "use `utils.base64` for Base64, `TextEncoder` and `TextDecoder` for text as bytes, and `Uint8Array` for bytes",
    ),
    (&["window", "document", "navigator", "location", "history"], "scripts run on the server, which has no page"),
    (&["alert"], "use `console.log`, or return the message"),
    (&["confirm", "prompt"], "scripts run on the server and cannot ask the user; pass the answer as input"),
    (&["localStorage", "sessionStorage", "indexedDB", "caches"], "use `storage`"),
    (&["setImmediate"], "use `setTimeout(f)` or `queueMicrotask(f)`"),
    (&["clearImmediate"], "use `clearTimeout`"),
    (&["requestAnimationFrame"], "use `setTimeout`"),
    (&["Worker", "SharedWorker", "importScripts"], "a script has one thread; publish an event to start another script"),
    (&["SharedArrayBuffer", "Atomics"], "a script has one thread; use `ArrayBuffer`"),
    (&["WebAssembly"], "only JavaScript and TypeScript are supported"),
    (&["WebSocket", "EventSource"], "connections cannot be kept open; send requests with `http` or `fetch`"),
    (
        &["ReadableStream", "WritableStream", "TransformStream"],
        "bodies are read as a whole: use `await response.text()` or `.bytes()`",
    ),
    (
        &["FormData", "Blob", "File", "FileReader"],
        "send `URLSearchParams`, text or a `Uint8Array`; for forms, use the option `form` of `http`",
    ),
    (&["Temporal"], "use `Date` and `utils.date`"),
    (&["Intl"], "use `toLocaleString` and `utils.format`"),
    (
        &["moment", "dayjs", "luxon"],
        "use `Date` and `utils.date`, or put the code that you need into a library (`lib:…`)",
    ),
    (
        &["_", "lodash", "$", "jQuery"],
        "use the functions of the language, or put the code that you need into a library (`lib:…`)",
    ),
];

/// The advice for a script that changes an object that all scripts share.
pub(crate) const BUILT_IN: &str = "built-in objects are shared by all scripts and cannot be changed; write your own function under \
                                   another name, or put it into a library (`lib:…`)";

/// The advice for a script that changes an object that the run received.
pub(crate) const GIVEN: &str = "it is read-only; keep your own data in a variable";

/// Settings of other engines that libraries assign. They have no effect here, and assigning one is not an error.
pub(crate) const SETTINGS: [&str; 2] = ["Error.stackTraceLimit", "Error.prepareStackTrace"];

/// Returns the alternative to a name that is not available, or `None` if the table does not have the name.
#[must_use]
pub(crate) fn advice(name: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(names, _)| names.contains(&name)).map(|(_, advice)| *advice)
}
