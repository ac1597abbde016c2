//! Exact results of rewriting imports and exports.

use super::*;
use crate::language::marks::marked;

/// Returns the rewritten text of a marked text, and the object of its exports.
fn rewritten(text: &str) -> (String, String) {
    let (given, expected) = marked(text);
    let module = rewrite(&given).unwrap_or_else(|problem| panic!("{given}: {}", problem.message));
    assert_eq!(module.javascript, expected, "{given}");
    assert_eq!(given.matches('\n').count(), expected.matches('\n').count(), "{given}");
    (module.javascript.clone(), module.exports_object())
}

#[test]
fn imports_are_constants() {
    for text in [
        r#"‹const|import› { a, b‹:| as ›c } ‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹const|import› {a} ‹=$ʟ["lib:x"];|from 'lib:x'›"#,
        r#"‹const|import› { "a b"‹:| as ›c, default‹:| as ›d } ‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹const|import› ‹{default:a}|a ›‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹const|import› ‹* as ›a ‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹const|import› ‹{default:a|a›, ‹{› b } ‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹const|import› ‹{default:a}=$ʟ["lib:x"]|a›, ‹* as ›b ‹=$ʟ["lib:x"]|from "lib:x"›;"#,
        r#"‹$ʟ["lib:x"]|import "lib:x"›;"#,
        "‹const|import› {\n  a,\n  b\n} ‹=$ʟ[\"lib:x\"];|from\n'lib:x'›\n(c)",
        r#"‹const|import› { ‹type A,› b } ‹=$ʟ["lib:x"]|from "lib:x"›; let c‹;|: A›"#,
        r#"‹;|import type { A } from "lib:x";›"#,
        r#"‹const|import› { a } ‹=$ʟ["lib:x"]|from "lib:x" with { type: "x" }›;"#,
    ] {
        rewritten(text);
    }
}

#[test]
fn exports_are_members_of_an_object() {
    for (text, object) in [
        ("‹export ›const a = 1, { b, c: [d, ...e], ...f } = g", r#"{"a":a,"b":b,"d":d,"e":e,"f":f}"#),
        ("‹export ›async function a() {}\n‹export ›class B {}", r#"{"a":a,"B":B}"#),
        ("const a = 1\n‹;|export { a, a as 'b c' }›\n(d)", r#"{"a":a,"b c":a}"#),
        ("‹export default ›function a() {}", r#"{"default":a}"#),
        ("‹const $default=|export default ›a + 1‹;|›", r#"{"default":$default}"#),
        ("‹const $default=|export default ›(a‹ as B›);", r#"{"default":$default}"#),
        ("‹const $default=|export default ›class {}‹;|›", r#"{"default":$default}"#),
        ("‹;|export { a, b as c } from 'lib:x';›", r#"{"a":$ʟ["lib:x"]["a"],"c":$ʟ["lib:x"]["b"]}"#),
        ("‹;|export * from 'lib:x';›‹export ›const a = 1", r#"{...(({default:_,...$})=>$)($ʟ["lib:x"]),"a":a}"#),
        ("‹;|export * as a from 'lib:x'›", r#"{"a":$ʟ["lib:x"]}"#),
        ("‹;|export function a(b: string): void›\n‹export ›function a(b‹: any›) {}", r#"{"a":a}"#),
        ("‹;|export type { A };› ‹;|export { type B, c };› let c‹: B›, d = 1", r#"{"c":c}"#),
        ("1", "{}"),
    ] {
        assert_eq!(rewritten(text).1, object, "{text}");
    }
}

#[test]
fn imports_have_positions() {
    let text = "import { a } from 'lib:a';\nimport type { T } from 'lib:t';\n  export * from 'lib:é';\nexport { b } from \"lib:b\"";
    let found: Vec<_> = imports(text).into_iter().map(|import| (import.specifier, import.position)).collect();
    let expected = [("lib:a", (1, 19)), ("lib:é", (3, 17)), ("lib:b", (4, 19))];
    assert_eq!(found, expected.map(|(specifier, position)| (specifier.to_owned(), position)));
    let names = |text: &str| {
        let taken = imports(text).into_iter().flat_map(|import| import.names);
        taken.map(|taken| format!("{}@{}", taken.name, taken.position.1)).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("import a, { b, c as d, default as e } from 'lib:x'", "default@8 b@13 c@16 default@24"),
        ("import * as a from 'lib:x'; import 'lib:y'; export * from 'lib:z'", ""),
        ("export { a, b as c } from 'lib:x'", "a@10 b@13"),
        ("import { A, type B, c, D } from 'lib:x'; let e: A = c; export type { D }", "c@21"),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
    assert_eq!(imports("import {"), []);
}

#[test]
fn only_libraries_can_be_imported() {
    for (text, part) in [
        ("import { a } from 'fs'", "'fs'"),
        ("export * from \"./a.js\"", "\"./a.js\""),
        ("import { a } from 'lib:a'; enum B {}", "enum"),
    ] {
        assert_eq!(rewrite(text).map_err(|problem| problem.start), Err(text.find(part).unwrap()), "{text}");
    }
    assert!(rewrite("export const a = ;").is_err());
}
