//! Why a test is known to fail: by its path, by the features that it says it needs, and by what it said. The first rule that fits
//! counts; the reason of none is that nobody has looked at it yet.

/// A reason, and the parts of a path, the features and the parts of a message that mean it.
struct Rule {
    reason: &'static str,
    paths: &'static [&'static str],
    features: &'static [&'static str],
    messages: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        reason: "code is not made of text: eval and Function are off",
        paths: &["language/eval-code/", "built-ins/eval/", "/eval-", "-eval-"],
        features: &[],
        messages: &["EvalError", "eval and Function are not"],
    },
    Rule {
        reason: "a script has one realm",
        paths: &["built-ins/ShadowRealm/"],
        features: &["ShadowRealm", "cross-realm"],
        messages: &["there is one realm"],
    },
    Rule {
        reason: "a script is alone on its thread: no shared memory, no agents",
        paths: &["built-ins/Atomics/", "built-ins/SharedArrayBuffer/"],
        features: &["SharedArrayBuffer", "Atomics", "Atomics.waitAsync"],
        messages: &["there are no agents"],
    },
    Rule {
        reason: "modules are libraries of the tenant, and imports stand at the top",
        paths: &["language/module-code/", "language/import/", "dynamic-import"],
        features: &["dynamic-import", "import-defer", "source-phase-imports", "import-attributes", "import.meta"],
        messages: &["only libraries of the tenant can be imported", "module resolution is disabled"],
    },
    Rule {
        reason: "the top level of a script is a function, and its variables are no properties of the global object",
        paths: &["language/global-code/", "annexB/language/global-code/"],
        features: &[],
        messages: &["there is no evalScript", "The value of globalThis."],
    },
    Rule {
        reason: "a proposal, or new in the language, that the engine does not have",
        paths: &[],
        features: &[
            "decorators",
            "immutable-arraybuffer",
            "iterator-chunking",
            "iterator-includes",
            "Iterator.prototype.join",
            "joint-iteration",
            "await-dictionary",
            "explicit-resource-management",
            "uint8array-base64",
            "legacy-regexp",
            "IsHTMLDDA",
            "tail-call-optimization",
            "symbols-as-weakmap-keys",
            "Math.sumPrecise",
            "iterator-sequencing",
            "upsert",
            "resizable-arraybuffer",
            "arraybuffer-transfer",
            "Temporal",
        ],
        messages: &[],
    },
    Rule {
        reason: "Intl is not there, or not whole",
        paths: &["intl402/"],
        features: &[],
        messages: &["Intl is not defined"],
    },
    Rule {
        reason: "what all scripts share is frozen",
        paths: &[
            "iterator-close-after-set-failure",
            "-error-close",
            "iterator-close-failure-after",
            "iterator-close-after-add",
        ],
        features: &[],
        messages: &[
            "descriptor should be",
            "must be extensible",
            "built-in prototype",
            "desc.writable",
            "desc.configurable",
            "cannot redefine property",
            "cannot set non-writable property",
        ],
    },
];

/// The reason of a failure.
pub(super) fn of(test: &str, features: &[String], why: &str) -> &'static str {
    let fits = |rule: &&Rule| {
        rule.paths.iter().any(|part| test.contains(part))
            || rule.features.iter().any(|feature| features.iter().any(|needed| needed == feature))
            || rule.messages.iter().any(|part| why.contains(part))
    };
    RULES.iter().find(fits).map_or("not looked at yet", |rule| rule.reason)
}
