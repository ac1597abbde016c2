//! Exact results of removing types, and refused constructs.

use oxc_allocator::Allocator;

use super::*;
use crate::language::{
    Reading,
    marks::marked,
    parse::{Dialect, parse, tokens},
    read,
};

/// Compares the results of marked texts with the expected texts.
fn assert_erased<const N: usize>(texts: [&str; N]) {
    for text in texts {
        let (given, expected) = marked(text);
        let allocator = Allocator::default();
        let parsed = parse(&allocator, &given, Dialect::TypeScript);
        assert!(parsed.problems.is_empty(), "{given}: {:?}", parsed.problems);
        let mut edits = Edits::default();
        blank(&parsed.program, &tokens(&allocator, &given, Dialect::TypeScript), &given, &mut edits)
            .unwrap_or_else(|problem| panic!("{given}: {}", problem.message));
        assert_eq!(edits.apply(&given), expected, "{given}");
    }
}

#[test]
fn types_become_spaces() {
    assert_erased([
        "let a‹: number› = 1",
        "let a‹!›‹: string›;",
        "function f‹<T>›(a‹: T›, b‹?›‹: string›, ...c‹: any[]›)‹: T› { return a }",
        "function f(‹this: Foo,› a‹: number›) {}",
        "function f(‹this: Foo›) {}",
        "const f = async ‹<T,>›(a‹: T›)‹: Promise<T>› => a",
        "f‹<string>›(a‹ as B›, c‹!›, d‹ satisfies E›)",
        "new Map‹<string, Array<number>>›()",
        "const a = b‹ as const›;",
        "(a‹ as any›).b = c‹!›.d",
        "f(a‹!› += b‹ as number›)",
        "(a‹ as any›)++",
        "[a‹ as any›, b‹!›] = c",
        "({ a: b‹!›, ...(c‹ as any›) } = d)",
        "a?.b‹!›.c‹!›()",
        "const b = ‹<B>›a.c",
        "try {} catch (error‹: unknown›) {}",
        "const { a, b }‹: { a: X; b: Y }› = c",
        "for (const a of b‹ as C[]›) {}",
        "let f‹: (a: string) => void› = g",
        "function isText(a‹: any›)‹: a is string› { return true }",
        "function check(a‹: any›)‹: asserts a› {}",
        "const o = { m‹<T>›(‹this: X,› a‹: T›)‹: void› {}, get b()‹: X› { return 1 } }",
        "tag‹<string>›`a ${b‹ as C›} d`",
        "const f = g‹<string>›;",
        "let a‹: typeof import('x')›, b‹: `a${string}`› = c",
        "[b‹ satisfies C›‹ as D›]",
        "label: for (;;) { const x = a‹ as B›; break label }",
        "async () => { await (a‹ as B›); for await (const c of d‹!›) {} }",
        "function* f()‹: Generator<A>› { yield a‹ as A›; yield* b‹!›; }",
        "const f = (a‹: A›, { b }‹: B› = {}, [c]‹: C[]› = []) => a",
    ]);
}

#[test]
fn type_statements_become_a_semicolon() {
    assert_erased([
        "‹;|type A = string›",
        "‹;|interface A<T> extends B { (a: string): void; readonly [key: string]: any }›",
        "‹;|declare const a: number;›",
        "‹;|declare function f(a: string): void›",
        "‹;|declare class A { b: string }›",
        "‹;|declare module 'a' { const b: string }›",
        "‹;|declare global { interface A {} }› export {}",
        "‹;|declare namespace A.B { const c: string }›",
        "‹;|declare enum A { B }›",
        "‹;|namespace A { export type B = string; interface C {} namespace D { type E = 1 } }›",
        "‹;|import type { A } from 'lib:a'›",
        "‹;|import type A from 'lib:a';›",
        "‹;|import type A = require('a')›",
        "‹;|export type { A } from 'lib:a'›",
        "‹;|export type * from 'lib:a'›",
        "‹;|export interface A {}›",
        "‹;|export type A = 1;›",
        "‹;|export declare const a: string›",
        "‹;|export default interface A {}›",
        "‹;|export function f(a: string): void›\nexport function f(a‹: any›) {}",
        "‹;|function f(a: string): void;› function f(a‹: any›) {}",
        "if (a) { ‹;|type B = 1› }",
    ]);
}

#[test]
fn type_syntax_is_removed_from_classes() {
    assert_erased([
        "‹abstract› class A‹<T>› extends B‹<T>›‹ implements C, D<T>› {}",
        "export ‹abstract› class A {}",
        "export default ‹abstract› class A {}",
        "const a = class‹<T>›‹ implements B› {}",
        "const a = class‹ implements B› {}",
        "class A { ‹;|private› ‹readonly› a‹: string› = b; }",
        "class A { static ‹readonly› a‹;|?: number›; }",
        "class A { static ‹override› async a()‹: Promise<void>› {} }",
        "class A { a‹;|!: X› }",
        "class A { [b]‹;|?: X›; ['c']‹: Y› = 1 }",
        "class A { ‹;|declare a: string;› ‹;|[key: string]: any› }",
        "class A { ‹;|a(b: string): void;› a(b‹: any›) {} c‹?›() {} }",
        "‹abstract› class A { ‹;|abstract a(): void;› ‹;|abstract b: string;› ‹;|protected abstract get c(): X;› }",
        "class A { constructor(a‹?›‹: string›) { super() } }",
        "class A { get‹;|: string›\n b() {} }",
        "class A { a = 1\n ‹;|private› [b] = 2\n ‹;|private› *c() {} }",
        "class A { a = b‹;| as C›\n [d] = 1 }",
        "class A { public; private() {} readonly = 1 }",
        "class A { #a‹: string› = ''; static { const b‹: X› = 1 } }",
        "class A { ‹;|public› static async *a‹<T>›()‹: X› {} }",
    ]);
}

#[test]
fn line_ends_in_types_do_not_change_the_meaning() {
    assert_erased([
        "const f = (a‹: A›‹)›‹\n  : ›‹)|B› => a",
        "const f = (a‹: A›‹): {\n b: C\n›‹)|}› => a",
        "f(async ‹(|<\nT\n>(›a‹: T›) => a)",
        "function g() { return ‹(|<\nT\n>(›a‹: T›) => a }",
        "const a = b‹;| as C›\n(d)()",
        "const a = b‹;| as C›\n[d].e()",
        "const a = b\n‹;|type C = D›\n(e)()",
        "a = () => b‹;| satisfies C›\n`d`",
        "function f() { return a‹;| as {\n b: C\n}› }",
        "for (let i = a‹ as B›; i; i = c‹ as D›) {}",
        "let a‹: {\r\n\tb: C\r\n}› = 1",
        "if (a) b = c‹;| as D›\nelse e = f‹;| as G›",
    ]);
}

#[test]
fn every_character_keeps_its_position() {
    assert_erased([
        "\u{feff}const имя‹: '𝒳' & \"é\"› = '𝒳', b /* ü */‹: C› = 1;\r\nlet d‹: {\u{2028}}› = e",
        "const a‹: { 𝒳: '𝒳𝒳' }› = '𝒳', b‹: C› = '𝒳' // 𝒳",
    ]);
}

#[test]
fn inline_type_imports_are_removed() {
    assert_erased(["import { ‹type A,› b, ‹type C› } from 'lib:d'", "export { ‹type A,› b }"]);
}

#[test]
fn constructs_with_values_are_refused_with_position() {
    for (text, part, said) in [
        ("type A = 1; enum B { C }", "enum", "`enum`"),
        ("const enum B { C }", "const", "`enum`"),
        ("export enum B { C }", "export", "`enum`"),
        ("interface A {} namespace B { export const c = 1 }", "namespace", "`namespace`"),
        ("import a = require('a')", "import", "`import name"),
        ("namespace A { type B = 1 } import c = A.B", "import", "`import name"),
        ("export = 1", "export", "`export ="),
        ("class A { constructor(private a: string) {} }", "private", "parameter"),
        ("class A { constructor(readonly a = 1) {} }", "readonly", "parameter"),
        ("@a class B { c: D }", "@a", "decorators"),
        ("class B { @a c: D }", "@a", "decorators"),
        ("class B { accessor c: D = 1 }", "accessor", "`accessor`"),
        ("const a = () => <B>{ c: 1 }", "<B>", "value as Type"),
        ("function f() { return <B>\na }", "<B>", "value as Type"),
    ] {
        match read(text) {
            Reading::Refused(problem) => {
                assert_eq!(Some(problem.start), text.find(part), "{text}: {}", problem.message);
                assert!(problem.message.contains(said), "{text}: {}", problem.message);
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn the_parser_that_gets_further_reports_the_error() {
    assert_eq!(read("function main( { return 1 }"), Reading::JavaScript);
    assert_eq!(read("const a = ;"), Reading::JavaScript);
    match read("const a: number = 1;\nconst b: string = ;") {
        Reading::BrokenTypeScript(problem) => assert_eq!(problem.start, 39),
        other => panic!("{other:?}"),
    }
}

/// Returns all scripts with this extension in a folder of the workspace.
fn scripts(folder: &str) -> Vec<(std::path::PathBuf, String)> {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "js") {
                found.extend(std::fs::read_to_string(&path).map(|text| (path, text)));
            }
        }
    }
    found
}

#[test]
fn javascript_stays_unchanged() {
    let folders = ["tests/specs", "examples/scripts", "plugin/presentation/starters", "tests/bench/kernels"];
    let mut read = 0;
    for (path, text) in folders.into_iter().flat_map(scripts) {
        let allocator = Allocator::default();
        let parsed = parse(&allocator, &text, Dialect::TypeScript);
        if !parsed.problems.is_empty() {
            continue;
        }
        let mut edits = Edits::default();
        assert_eq!(
            blank(&parsed.program, &tokens(&allocator, &text, Dialect::TypeScript), &text, &mut edits),
            Ok(()),
            "{}",
            path.display()
        );
        assert_eq!(edits.apply(&text), text, "{}", path.display());
        read += 1;
    }
    assert!(read > 100, "only {read} scripts were read");
}
