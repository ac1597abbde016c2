//! Tests the types of schemas.

use serde_json::json;

use super::*;

/// Returns the type on one line.
fn type_line(schema: &Value, side: Side) -> String {
    type_of(schema, side, 0).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn schemas_become_types() {
    for (schema, expected) in [
        (json!({"type": "string", "minLength": 1}), "string"),
        (json!({"type": "integer"}), "number"),
        (json!({"type": ["string", "null"]}), "string | null"),
        (json!({"enum": ["a", "b\"", 3, -1.5, true, null]}), r#""a" | "b\"" | 3 | -1.5 | true | null"#),
        (json!({"type": "string", "enum": ["a"]}), "\"a\""),
        (json!({"const": true}), "true"),
        (json!({"const": {"a": 1}}), "unknown"),
        (json!({"enum": ["a", [1]]}), "unknown"),
        (json!({"enum": []}), "never"),
        (json!({"type": "array", "items": {"type": ["string", "null"]}}), "Array<string | null>"),
        (json!({"type": "array"}), "Array<unknown>"),
        (json!({"type": "array", "items": false}), "[]"),
        (json!({"type": "array", "items": [{"type": "string"}]}), "unknown"),
        (json!({"anyOf": [{"type": "string"}, {"type": "null"}]}), "string | null"),
        (json!({"oneOf": [{"type": "string"}, {"$ref": "#/$defs/a"}]}), "unknown"),
        (json!({"oneOf": [{"type": "string"}, {"type": "string"}, false]}), "string"),
        (
            json!({"type": ["string", "number"], "anyOf": [{"const": 1}, {"const": "a"}]}),
            "(string | number) & (1 | \"a\")",
        ),
        (json!({"allOf": [{"type": "string"}, {"maxLength": 3}]}), "string"),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}, {"enum": [1, 2]}], "minItems": 1, "items": false}),
            "[string, (1 | 2)?]",
        ),
        (json!({"prefixItems": [{"type": "string"}], "items": {"type": "number"}}), "[(string)?, ...Array<number>]"),
        (json!({"type": "array", "prefixItems": [true, true], "minItems": 2, "maxItems": 2}), "[unknown, unknown]"),
        (json!({"$ref": "#/$defs/a"}), "unknown"),
        (json!({"not": {"type": "string"}}), "unknown"),
        (json!({"type": "money"}), "unknown"),
        (json!({"type": 7}), "unknown"),
        (json!({}), "unknown"),
        (json!(true), "unknown"),
        (json!(false), "never"),
        (json!(3), "unknown"),
    ] {
        assert_eq!(type_line(&schema, Side::Argument), expected, "{schema}");
        assert_eq!(type_line(&schema, Side::Result), expected, "{schema}");
    }
}

#[test]
fn objects_are_open_if_the_schema_allows_more_members() {
    let point = json!({"type": "object", "properties": {"x": {"type": "number"}, "a-b": {}}, "required": ["x"]});
    assert_eq!(type_line(&point, Side::Result), r#"{ x: number; "a-b"?: unknown; }"#);
    assert_eq!(type_line(&point, Side::Argument), r#"{ x: number; "a-b"?: unknown; [key: string]: unknown; }"#);
    for (keywords, argument, result) in [
        (json!({"additionalProperties": false}), "{ x?: number; }", "{ x?: number; }"),
        (
            json!({"additionalProperties": true}),
            "{ x?: number; [key: string]: unknown; }",
            "{ x?: number; [key: string]: unknown; }",
        ),
        (
            json!({"patternProperties": {"^y": {}}, "additionalProperties": false}),
            "{ x?: number; [key: string]: unknown; }",
            "{ x?: number; [key: string]: unknown; }",
        ),
    ] {
        let mut schema = json!({"properties": {"x": {"type": "number"}}});
        schema.as_object_mut().unwrap().extend(keywords.as_object().unwrap().clone());
        assert_eq!(type_line(&schema, Side::Argument), argument);
        assert_eq!(type_line(&schema, Side::Result), result);
    }
    for (schema, expected) in [
        (json!({"type": "object"}), "{ [key: string]: unknown; }"),
        (json!({"type": "object", "additionalProperties": {"type": "number"}}), "{ [key: string]: number; }"),
        (json!({"type": "object", "additionalProperties": false}), "{ [key: string]: never; }"),
    ] {
        assert_eq!(type_line(&schema, Side::Argument), expected);
        assert_eq!(type_line(&schema, Side::Result), expected);
    }
}

#[test]
fn date_times_are_sent_as_date_and_received_as_text() {
    let date_time = json!({"type": ["string", "null"], "format": "date-time"});
    assert_eq!(type_line(&date_time, Side::Argument), "string | Date | null");
    assert_eq!(type_line(&date_time, Side::Result), "string | null");
}

#[test]
fn nullable_applies_only_to_results() {
    let schema = json!({"type": "string", "nullable": true});
    assert_eq!(type_line(&schema, Side::Argument), "string");
    assert_eq!(type_line(&schema, Side::Result), "string | null");
}

#[test]
fn each_property_has_its_own_line_and_comment() {
    let schema = json!({"type": "object", "additionalProperties": false, "properties": {
        "list": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"a": {"const": 1}}}},
        "phone": {"type": "string", "description": "like +998901234567 */ or"},
    }});
    let expected = r"{
    list?: Array<{
        a?: 1;
    }>;
    /** like +998901234567 *\/ or */
    phone?: string;
}";
    assert_eq!(type_of(&schema, Side::Argument, 0), expected);
}
