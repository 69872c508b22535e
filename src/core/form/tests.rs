//! Forms as servers write them, the one of the reference server among them.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Choice, FieldKind, Form, Format};

fn form(properties: &Value, required: &[&str]) -> Form {
    let schema = json!({"type": "object", "properties": properties, "required": required});
    Form::read(&schema.to_string()).unwrap()
}

fn unfillable(schema: &Value) -> String {
    Form::read(&schema.to_string()).unwrap_err().to_string()
}

/// What is wrong with one value of one field.
fn fault(field: &Value, value: Option<&Value>) -> Option<String> {
    let form = form(&json!({ "x": field }), &["x"]);
    form.fields[0].fault(value)
}

#[test]
fn every_kind_of_field_is_read() {
    let form = form(
        &json!({
            "name": {"type": "string", "title": "Name", "minLength": 2, "maxLength": 9},
            "mail": {"type": "string", "format": "email", "description": "yours"},
            "age": {"type": "integer", "minimum": 1, "maximum": 100, "default": 42},
            "ok": {"type": "boolean", "default": true},
            "one": {"type": "string", "enum": ["a", "b"], "default": "b"},
            "old": {"type": "string", "enum": ["a"], "enumNames": ["An A"]},
            "titled": {"type": "string", "oneOf": [{"const": "h", "title": "Hero"}]},
            "many": {"type": "array", "minItems": 1, "maxItems": 2,
                "items": {"anyOf": [{"const": "f", "title": "Fish"}]}, "default": ["f"]},
        }),
        &["name"],
    );
    let kind = |name: &str| {
        let field = form.fields.iter().find(|field| field.name == name);
        field.map(|field| field.kind.clone()).unwrap()
    };
    let choice = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
    };
    assert_eq!(
        kind("name"),
        FieldKind::Text {
            format: None,
            min: Some(2),
            max: Some(9)
        }
    );
    assert!(matches!(
        kind("mail"),
        FieldKind::Text {
            format: Some(Format::Email),
            ..
        }
    ));
    assert_eq!(
        kind("age"),
        FieldKind::Number {
            whole: true,
            min: Some(1.0),
            max: Some(100.0)
        }
    );
    assert_eq!(
        kind("old"),
        FieldKind::One {
            options: vec![choice("a", "An A")]
        }
    );
    assert_eq!(
        kind("titled"),
        FieldKind::One {
            options: vec![choice("h", "Hero")]
        }
    );
    assert_eq!(
        kind("many"),
        FieldKind::Many {
            options: vec![choice("f", "Fish")],
            min: Some(1),
            max: Some(2)
        }
    );
    let required: Vec<&str> = form
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.title.as_str())
        .collect();
    assert_eq!(required, ["Name"]);
    assert_eq!(form.by_defaults(), None);
}

#[test]
fn a_value_that_does_not_fit_is_told_what_would() {
    let text = json!({"type": "string", "minLength": 2, "maxLength": 3});
    let whole = json!({"type": "integer", "minimum": 1, "maximum": 5});
    let of = |format: &str| json!({"type": "string", "format": format});
    let one = json!({"type": "string", "enum": ["a", "b"]});
    let many =
        json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 1, "maxItems": 2});
    for (field, value, said) in [
        (&text, None, "it has to be filled in"),
        (&text, Some(json!("")), "it has to be filled in"),
        (
            &text,
            Some(json!("a")),
            "it needs at least 2 characters and has 1",
        ),
        (
            &text,
            Some(json!("abcd")),
            "it may have 3 characters and has 4",
        ),
        (&text, Some(json!(7)), "it is a text"),
        (&whole, Some(json!(2.5)), "it is a whole number from 1 to 5"),
        (&whole, Some(json!(6)), "it is a whole number from 1 to 5"),
        (&whole, Some(json!("2")), "it is a whole number"),
        (
            &of("email"),
            Some(json!("me@")),
            "it is an e-mail address such as name@example.org",
        ),
        (
            &of("uri"),
            Some(json!("example")),
            "it is an address such as https://example.org",
        ),
        (
            &of("date"),
            Some(json!("2026-02-29")),
            "it is a date such as 2026-03-02",
        ),
        (
            &of("date-time"),
            Some(json!("2026-03-02")),
            "it is a time such as 2026-03-02T13:20:00Z",
        ),
        (
            &json!({"type": "boolean"}),
            Some(json!("yes")),
            "it is a yes or a no",
        ),
        (&one, Some(json!("c")), "it is one of a, b"),
        (
            &many,
            Some(json!([])),
            "0 are chosen, and at least 1 are needed",
        ),
        (
            &many,
            Some(json!(["a", "b", "c"])),
            "3 are chosen, and 2 are the most",
        ),
        (&many, Some(json!(["z"])), "they are of a, b, c"),
    ] {
        assert_eq!(
            fault(field, value.as_ref()).as_deref(),
            Some(said),
            "{field} {value:?}"
        );
    }
    for (field, value) in [
        (&text, json!("äöü")),
        (&whole, json!(5)),
        (&of("email"), json!("a.b@c.org")),
        (&of("uri"), json!("https://x")),
        (&of("date"), json!("2028-02-29")),
        (&of("date-time"), json!("2026-03-02T23:59:60.5+01:00")),
        (&many, json!(["a", "c"])),
    ] {
        assert_eq!(fault(field, Some(&value)), None, "{field} {value}");
    }
}

#[test]
fn a_form_that_nobody_can_fill_says_so_in_one_sentence() {
    for (schema, said) in [
        (json!("x"), "the server describes no list of fields"),
        (
            json!({"type": "array"}),
            "the server describes no list of fields",
        ),
        (
            json!({"properties": {"x": {"type": "object"}}, "required": ["x"]}),
            "it requires `x`, which is an object within the form",
        ),
        (
            json!({"properties": {"x": {"type": "array", "items": {"type": "string"}}}, "required": ["x"]}),
            "it requires `x`, which is a list of anything",
        ),
        (
            json!({"properties": {"x": {"type": "string", "enum": []}}, "required": ["x"]}),
            "it requires `x`, which is a choice without options",
        ),
        (
            json!({"properties": {"x": {"type": "integer", "minimum": 5, "maximum": 1}}, "required": ["x"]}),
            "it requires `x`, which is limited so that nothing fits",
        ),
        (
            json!({"required": ["x"]}),
            "it requires `x`, which is not described",
        ),
    ] {
        assert_eq!(
            unfillable(&schema),
            format!("nobody can fill this form in: {said}"),
            "{schema}"
        );
    }
    let optional = json!({"properties": {"x": {"type": "object"}, "y": {"type": "boolean"}}});
    assert_eq!(Form::read(&optional.to_string()).unwrap().fields.len(), 1);
}

#[test]
fn an_answer_is_checked_as_a_whole() {
    let form = form(
        &json!({"a": {"type": "boolean"}, "b": {"type": "number"}}),
        &["a"],
    );
    let faults = |content: Value| form.faults(content.as_object().unwrap());
    assert_eq!(faults(json!({"a": true})), []);
    let fields: Vec<String> = faults(json!({"b": "x", "c": 1}))
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["a", "b", "c"]);
}

#[test]
fn a_default_that_does_not_fit_is_no_default() {
    let form = form(
        &json!({"a": {"type": "integer", "maximum": 3, "default": 7}}),
        &[],
    );
    assert_eq!(form.fields[0].default, None);
}
