//! Compares the declarations of given descriptors word for word.

use serde_json::json;

use super::*;

fn catalog(services: &[Value]) -> ServiceCatalog {
    let catalog = ServiceCatalog::default();
    for service in services {
        catalog.bind(Service::parse(service.to_string().as_bytes()).unwrap());
    }
    catalog
}

/// Returns the declarations without the base.
fn services(descriptors: &[Value]) -> String {
    declarations(&catalog(descriptors), &[], None).strip_prefix(BASE).unwrap().to_owned()
}

/// Returns the line that declares a method with these parameters.
fn signature(params: &Value) -> String {
    let method = json!({"name": "call", "params": params, "result": {"const": 1}});
    let text = services(&[json!({"name": "s", "methods": [method]})]);
    let start = text.find("        call(").unwrap();
    text[start..text.rfind("    };").unwrap()].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_service_is_an_object_of_methods_that_return_promises() {
    let clients = json!({"name": "clients", "description": "Whom the tenant sells to", "methods": [
        {"name": "list", "description": "Clients that fit", "access": "read", "permission": "clients.read",
         "params": {"type": "array", "minItems": 0, "maxItems": 1, "prefixItems": [
             {"type": ["object", "null"], "additionalProperties": false, "properties": {"limit": {"type": "integer"}}}]},
         "result": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {
             "id": {"type": "string"}, "phone": {"type": ["string", "null"], "description": "like +998901234567"}}}}},
        {"name": "delete", "access": "write", "script_types": ["cron", "one_off"],
         "params": {"type": "array", "minItems": 1, "maxItems": 1, "prefixItems": [{"type": "string", "title": "id", "description": "whose"}]},
         "result": {"const": true}},
    ]});
    let expected = "
/** Services of the application. A call that fails throws an `iota.CallError`. */
declare const services: {
    readonly any: {
        /** May change data; for scripts of every type. */
        thing(...args: Array<unknown>): Promise<any>;
    };
    /** Whom the tenant sells to */
    readonly clients: {
        /**
         * May change data; only for scripts of type cron, one_off.
         * @param id whose
         */
        delete(id: string): Promise<true>;
        /**
         * Clients that fit
         *
         * Reads only; for scripts of every type.
         */
        list(options?: {
            limit?: number;
        } | null): Promise<Array<{
            id: string;
            /** like +998901234567 */
            phone?: string | null;
        }>>;
    };
};
";
    assert_eq!(services(&[clients, json!({"name": "any", "methods": [{"name": "thing"}]})]), expected);
}

#[test]
fn parameters_follow_the_argument_list() {
    for (params, expected) in [
        (json!(true), "call(...args: Array<unknown>): Promise<1>;"),
        (json!({"type": "array"}), "call(...args: Array<unknown>): Promise<1>;"),
        (json!({"type": "array", "items": {"type": "string"}}), "call(...args: Array<string>): Promise<1>;"),
        (json!({"type": "array", "maxItems": 0}), "call(): Promise<1>;"),
        (json!({"$ref": "#/$defs/a", "$defs": {"a": {}}}), "call(...args: Array<unknown>): Promise<1>;"),
        (
            json!({"prefixItems": [{"type": "string"}, {"type": "number"}], "minItems": 1, "items": false}),
            "call(value: string, value2?: number): Promise<1>;",
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "string", "title": "args"}], "minItems": 1}),
            "call(args: string, ...args2: Array<unknown>): Promise<1>;",
        ),
        (
            json!({"prefixItems": [{"title": "delete"}, {"title": "a b"}, {"title": "x): void; y("}], "minItems": 3, "maxItems": 3}),
            "call(value: unknown, value2: unknown, value3: unknown): Promise<1>;",
        ),
        (
            json!({"prefixItems": [{"type": "object"}], "minItems": 1, "maxItems": 1}),
            "call(input: { [key: string]: unknown; }): Promise<1>;",
        ),
    ] {
        assert_eq!(signature(&params), expected, "{params}");
    }
}

#[test]
fn descriptor_texts_cannot_escape_their_comment() {
    let evil = "*/ }; declare const evil: any; /*\r\n*/\u{2028}*/";
    let params = json!({"type": "array", "prefixItems": [
        {"title": evil, "description": evil, "type": "object", "properties": {evil: {"description": evil, "enum": [evil]}}}]});
    let method = json!({"name": "new", "description": evil, "params": params, "result": {"const": evil}});
    let text = services(&[json!({"name": "s", "description": evil, "methods": [method]})]);
    let expected = r#"
/** Services of the application. A call that fails throws an `iota.CallError`. */
declare const services: {
    /**
     * *\/ }; declare const evil: any; /*
     * *\/
     * *\/
     */
    readonly s: {
        /**
         * *\/ }; declare const evil: any; /*
         * *\/
         * *\/
         *
         * May change data; for scripts of every type.
         * @param options *\/ }; declare const evil: any; /* *\/ *\/
         */
        "new"(options?: {
            /**
             * *\/ }; declare const evil: any; /*
             * *\/
             * *\/
             */
            "EVIL"?: "EVIL";
            [key: string]: unknown;
        }, ...args: Array<unknown>): Promise<"EVIL">;
    };
};
"#;
    assert_eq!(text, expected.replace("EVIL", r"*/ }; declare const evil: any; /*\r\n*/\u2028*/"));
}

#[test]
fn only_bound_services_are_declared() {
    let text = declarations(&catalog(&[]), &[], None);
    let declared: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("declare ")).collect();
    assert_eq!(
        declared,
        [
            "namespace iota {",
            "const self: typeof globalThis;",
            "const context: {",
            "const console: {",
            "function setTimeout<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;",
            "function setInterval<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;",
            "function clearTimeout(timer?: number | null): void;",
            "function clearInterval(timer?: number | null): void;",
            "function queueMicrotask(callback: () => unknown): void;",
            "function structuredClone<T>(value: T): T;",
            "function btoa(text: string): string;",
            "function atob(base64: string): string;",
            "const crypto: {",
            "class TextEncoder {",
            "class TextDecoder {",
            "class URL {",
            "class URLSearchParams {",
            "const performance: {",
            "class DOMException extends Error {",
            "class AbortController {",
            "class AbortSignal {",
            "class Headers {",
            "class Request implements iota.FetchBody {",
            "class Response implements iota.FetchBody {",
            "function fetch(input: string | URL | Request, init?: iota.FetchOptions): Promise<Response>;",
            "const db: iota.Database;",
            "const events: {",
            "const storage: {",
            "const http: {",
            "const utils: {",
            "module \"lib:*\";",
            "const services: {",
        ]
    );
    assert!(
        !BASE.lines().any(|line| line.trim_start().starts_with("const ") || line.trim_start().starts_with("function "))
    );
}

#[test]
fn tables_declare_their_rows_and_writability() {
    let table = |access: &str| {
        json!({"name": "clients", "tenant": {"column": "t"}, "access": access, "columns": [
            {"name": "id", "type": "integer"}, {"name": "since when", "type": "date"}, {"name": "extra", "type": "json"}]})
    };
    let declared = |access: &str| {
        let table: DeclaredTable = serde_json::from_value(table(access)).unwrap();
        let text = declarations(&ServiceCatalog::default(), &[table], None);
        text.strip_prefix(BASE).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let row = r#"{ id: number | null; "since when": Date | null; extra: any | null; }"#;
    let read = format!("declare namespace iota {{ interface Tables {{ /** Read-only. */ clients: Table<{row}>; }} }}");
    assert!(declared("read").starts_with(&read), "{}", declared("read"));
    assert!(
        declared("read_write").contains(&format!("clients: Table<{row}, Columns<{row}>>;")),
        "{}",
        declared("read_write")
    );
}

#[test]
fn a_script_type_has_its_services_and_entry_function() {
    let methods = json!([{"name": "list"}, {"name": "delete", "access": "write", "script_types": ["one_off"]}]);
    let catalog = catalog(&[
        json!({"name": "clients", "methods": methods}),
        json!({"name": "books", "methods": [{"name": "close", "script_types": ["one_off"]}]}),
    ]);
    let endpoint = declarations(&catalog, &[], Some(ScriptType::Endpoint));
    assert!(endpoint.contains("type Entry = HandleRequest;") && endpoint.contains(r#"readonly type: "endpoint";"#));
    assert!(endpoint.contains("list(") && !endpoint.contains("readonly books"), "{endpoint}");
    assert!(!endpoint[endpoint.find("declare const services").unwrap()..].contains("delete("), "{endpoint}");
    let one_off = declarations(&catalog, &[], Some(ScriptType::OneOff));
    assert!(one_off.contains("readonly books") && one_off.contains("type Entry = Main;"), "{one_off}");
}
