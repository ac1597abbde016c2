//! Classes without types: modifiers, abstract members, overloads, `implements`.

use oxc_ast::ast::{
    Class, MethodDefinition, MethodDefinitionType, PropertyDefinition, PropertyDefinitionType, PropertyKey,
};
use oxc_ast_visit::{Visit as _, walk};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;

use super::{
    Blanker,
    scan::{after_trivia, word},
};

/// Words before the name of a member that only the compiler reads.
const MODIFIERS: [&str; 7] = ["public", "private", "protected", "readonly", "override", "abstract", "declare"];

impl Blanker<'_> {
    pub(super) fn class(&mut self, class: &Class<'_>) {
        walk::walk_decorators(self, &class.decorators);
        let start = class.span.start as usize;
        if class.r#abstract && word(self.text, start) == "abstract" {
            self.edits.blank(start, start + "abstract".len());
        }
        if let Some(list) = &class.type_parameters {
            self.visit_ts_type_parameter_declaration(list);
        }
        if let Some(heritage) = &class.heritage {
            walk::walk_class_heritage(self, heritage);
        }
        if let Some(last) = class.implements.last() {
            let end = last.span.end;
            self.blank(Span::new(self.end_of_head(class), end));
        }
        walk::walk_class_body(self, &class.body);
    }

    /// Where `implements` may begin.
    fn end_of_head(&self, class: &Class<'_>) -> u32 {
        let heritage = class.heritage.as_ref().map(|heritage| {
            heritage.type_arguments.as_ref().map_or(heritage.expression.span().end, |list| list.span.end)
        });
        let named = || class.type_parameters.as_ref().map(|list| list.span.end);
        let keyword = || {
            let start = class.span.start;
            let found = self.text[start as usize..].find("class").and_then(|at| u32::try_from(at + "class".len()).ok());
            start + found.unwrap_or_default()
        };
        heritage.or_else(named).or_else(|| class.id.as_ref().map(|id| id.span.end)).unwrap_or_else(keyword)
    }

    pub(super) fn method(&mut self, method: &MethodDefinition<'_>) {
        let span = method.span;
        if method.r#type == MethodDefinitionType::TSAbstractMethodDefinition || method.value.body.is_none() {
            return self.edits.put(span.start as usize, span.end as usize, ";");
        }
        walk::walk_decorators(self, &method.decorators);
        self.modifiers(span.start, method.key.span().start);
        self.visit_property_key(&method.key);
        if method.optional {
            let end = self.end_of_key(&method.key, method.computed);
            self.blank_mark(end);
        }
        self.visit_function(&method.value, ScopeFlags::Function);
    }

    pub(super) fn field(&mut self, field: &PropertyDefinition<'_>) {
        let span = field.span;
        if field.declare || field.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition {
            return self.edits.put(span.start as usize, span.end as usize, ";");
        }
        walk::walk_decorators(self, &field.decorators);
        self.modifiers(span.start, field.key.span().start);
        self.visit_property_key(&field.key);
        let begin = self.next(self.end_of_key(&field.key, field.computed));
        let mark = (field.optional || field.definite).then_some(begin + 1);
        let end = field.type_annotation.as_ref().map(|annotation| annotation.span.end as usize).or(mark);
        if let Some(end) = end {
            // A name alone on its line, as `get`, would belong to the next one.
            self.edits.put(begin, end, if field.value.is_none() { ";" } else { "" });
        }
        if let Some(value) = &field.value {
            self.visit_expression(value);
            self.edits.end_statement(span.end as usize);
        }
    }

    fn end_of_key(&self, key: &PropertyKey<'_>, computed: bool) -> u32 {
        let end = key.span().end;
        if !computed {
            return end;
        }
        let bracket = self.next(end);
        u32::try_from(bracket + 1).unwrap_or(end)
    }

    /// Blanks the modifiers of a member. Where one comes first, a semicolon keeps the member apart from the one before.
    fn modifiers(&mut self, start: u32, name: u32) {
        let (mut at, name) = (start as usize, name as usize);
        let mut first = ";";
        while at < name {
            let modifier = word(self.text, at);
            let end = at + modifier.len();
            if modifier.is_empty() || end > name {
                return;
            }
            if MODIFIERS.contains(&modifier) {
                self.edits.put(at, end, first);
            }
            first = "";
            at = after_trivia(self.text, end);
        }
    }
}
