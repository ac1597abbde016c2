//! Why a test is known to fail: by its path, its declared features, and its message. The first rule that matches counts; a failure
//! without a match has not been analyzed yet.

/// A reason, and the parts of a path, the features and the parts of a message that indicate it.
struct Rule {
    reason: &'static str,
    paths: &'static [&'static str],
    features: &'static [&'static str],
    messages: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        reason: "eval and Function are disabled",
        paths: &[
            "language/eval-code/",
            "built-ins/eval/",
            "/eval-",
            "-eval-",
            "-in-eval.js",
            "built-ins/Function/S15.3",
            "built-ins/Function/prototype/apply/S15.3.4.3_A8",
            "built-ins/Function/prototype/call/S15.3.4.4_A7",
            "built-ins/Object/prototype/S15.2.4_A1_T2",
            "line-terminator-normalisation-CR",
            "directive-prologue/10.1.1-11-s",
        ],
        features: &[],
        messages: &["EvalError", "eval and Function are not", "could not obtain %", "within eval", "eval(", "#0000"],
    },
    Rule {
        reason: "a script has one realm",
        paths: &["built-ins/ShadowRealm/"],
        features: &["ShadowRealm", "cross-realm"],
        messages: &["there is one realm"],
    },
    Rule {
        reason: "a script has a single thread: no shared memory, no agents",
        paths: &["built-ins/Atomics/", "built-ins/SharedArrayBuffer/"],
        features: &["SharedArrayBuffer", "Atomics", "Atomics.waitAsync"],
        messages: &["there are no agents"],
    },
    Rule {
        reason: "modules are libraries of the tenant, and imports are at the top",
        paths: &["language/module-code/", "language/import/", "dynamic-import"],
        features: &["dynamic-import", "import-defer", "source-phase-imports", "import-attributes", "import.meta"],
        messages: &["only libraries of the tenant can be imported", "module resolution is disabled"],
    },
    Rule {
        reason: "the top level of a script is a function, and its variables are not properties of the global object",
        paths: &[
            "language/global-code/",
            "annexB/language/global-code/",
            "built-ins/global/global-object.js",
            "language/expressions/delete/",
            "language/identifier-resolution/assign-to-global-undefined",
            "language/statements/function/S13.2.2_A",
            "language/statements/variable/S12.2_A",
            "language/types/object/S8.6.2_A5",
            // The value of `this` in a function that is called without a receiver.
            "built-ins/Array/from/elements-deleted-after.js",
            "built-ins/Array/from/source-array-boundary.js",
            "built-ins/String/S15.5.1.1_A1_T9",
        ],
        features: &[],
        messages: &["there is no evalScript", "The value of globalThis."],
    },
    Rule {
        reason: "a proposal or a new language feature that the engine does not implement",
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
        reason: "top-level await: scripts and libraries are not modules of the engine",
        paths: &[
            "-from-await-expression.js",
            "await-module",
            "await-escaped-module",
            "class-name-static-initializer-default-export",
        ],
        features: &["top-level-await"],
        messages: &[],
    },
    Rule {
        reason: "`caller` and `arguments` of functions throw, as in strict code",
        paths: &[],
        features: &[],
        messages: &["'caller', 'callee'"],
    },
    Rule {
        reason: "a call is not an assignment target, not even in sloppy code",
        paths: &["assignmenttargettype/"],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "the suite's helpers precede the first line, where `-->` would be a comment",
        paths: &["language/comments/single-line-html-close-first-line"],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "the setter of `stack` writes a property of the error, as before it was specified",
        paths: &["built-ins/Error/prototype/stack/"],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "a rest at the end of an object pattern may be followed by a comma",
        paths: &["obj-rest-before-comma-invalid"],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "iterator helpers accept numbers beyond 2 ** 53; the limit was specified later",
        paths: &[
            "/limit-rangeerror.js",
            "/argument-effect-order.js",
            "/argument-validation-failure-closes-underlying.js",
        ],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "the matcher does not support some names of groups",
        paths: &[
            "named-groups/duplicate-names",
            "named-groups/non-unicode-property-names",
            "built-ins/RegExp/S15.10.4.1_A5_T3",
            "regexp-class-chars",
        ],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "a proxy in `with` gets one trap call too many or too few",
        paths: &[
            "-with-proxy-env.js",
            "binding-deleted-in-get-unscopables",
            "keyed-destructuring-property-reference-target-evaluation-order",
        ],
        features: &[],
        messages: &[],
    },
    Rule {
        reason: "Intl is missing or incomplete",
        paths: &["intl402/"],
        features: &[],
        messages: &["Intl is not defined"],
    },
    Rule {
        reason: "objects shared by all scripts are frozen",
        paths: &[
            "built-ins/Object/isExtensible/",
            "built-ins/Object/isFrozen/",
            "built-ins/Object/isSealed/",
            // They remove the iterator of all arrays.
            "-array-prototype.js",
            "/extensibility.js",
            "/extensible.js",
            "symbol-tag-",
            "/prop-desc.js",
            "/poisoned-stdlib.js",
            "non-callable-join-string-tag",
            "regexp-prototype-has-no-matchAll",
            "removed-symbol-wrapper-ordinary-toprimitive",
            "put-value-prop-base-primitive",
            "iterator-close-after-set-failure",
            "-error-close",
            "iterator-close-failure-after",
            "iterator-close-after-add",
        ],
        features: &[],
        messages: &[
            "descriptor should be",
            "built-in objects are shared by all scripts",
            "to have configurable:true",
            "to have writable:true",
            "is extensible",
            "must return true",
            "still extensible",
            "d.configurable",
            "Cannot delete property",
            "delete ",
            "[object Boolean]",
            "[object Number]",
            "[object \"+\"String",
            "Array.prototype[",
            "arr[0] Expected",
            "must be extensible",
            "built-in prototype",
            "desc.writable",
            "desc.configurable",
            "cannot redefine property",
            "cannot set non-writable property",
        ],
    },
    Rule {
        reason: "functions in blocks behave as in Node.js if it differs from the suite",
        paths: &[
            "annexB/language/function-code/block-decl-func-skip-arguments",
            "annexB/language/function-code/block-decl-nested-blocks-with-fun-decl",
        ],
        features: &[],
        messages: &[],
    },
];

/// The reason of a failure.
pub(super) fn of(test: &str, features: &[String], why: &str) -> &'static str {
    let fits = |rule: &&Rule| {
        rule.paths.iter().any(|part| test.contains(part))
            || rule.features.iter().any(|feature| features.iter().any(|needed| needed == feature))
            || rule.messages.iter().any(|part| why.contains(part))
    };
    RULES.iter().find(fits).map_or("not analyzed yet", |rule| rule.reason)
}
