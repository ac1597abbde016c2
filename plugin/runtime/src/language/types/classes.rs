//! Removes types from classes: modifiers, abstract members, overloads, `implements`.

use oxc_ast::ast::{
    Class, MethodDefinition, MethodDefinitionType, PropertyDefinition, PropertyDefinitionType, PropertyKey,
};
use oxc_ast_visit::{Visit as _, walk};
use oxc_parser::Kind;
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;

use super::Blanker;

impl Blanker<'_> {
    pub(super) fn class(&mut self, class: &Class<'_>) {
        walk::walk_decorators(self, &class.decorators);
        let first = self.tokens.from(class.span.start);
        if let Some(word) = first.filter(|first| class.r#abstract && first.kind() == Kind::Abstract) {
            self.blank(word.span());
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

    /// Returns the offset after which `implements` can begin.
    fn end_of_head(&self, class: &Class<'_>) -> u32 {
        let heritage = class.heritage.as_ref().map(|heritage| {
            heritage.type_arguments.as_ref().map_or(heritage.expression.span().end, |list| list.span.end)
        });
        let named = || class.type_parameters.as_ref().map(|list| list.span.end);
        let keyword = || {
            let word = self.tokens.within(class.span).iter().find(|token| token.kind() == Kind::Class);
            word.map_or(class.span.start, |word| word.end())
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
        let next = self.tokens.from(self.end_of_key(&field.key, field.computed));
        let begin = next.map_or(self.text.len(), |next| next.start() as usize);
        let mark = (field.optional || field.definite).then_some(begin + 1);
        let end = field.type_annotation.as_ref().map(|annotation| annotation.span.end as usize).or(mark);
        if let Some(end) = end {
            // A name alone on its line, such as `get`, would be parsed as part of the next line.
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
        self.tokens.from(end).map_or(end, |bracket| bracket.end())
    }

    /// Blanks the modifiers of a member. A semicolon in place of the first separates the member from the one before.
    fn modifiers(&mut self, start: u32, name: u32) {
        let words = self.tokens.within(Span::new(start, name)).iter();
        for (index, word) in words.take_while(|token| token.kind().is_identifier_name()).enumerate() {
            if is_modifier(word.kind()) {
                let put = if index == 0 { ";" } else { "" };
                self.edits.put(word.start() as usize, word.end() as usize, put);
            }
        }
    }
}

/// Whether a word before the name of a member is read only by the compiler.
const fn is_modifier(word: Kind) -> bool {
    matches!(
        word,
        Kind::Public
            | Kind::Private
            | Kind::Protected
            | Kind::Readonly
            | Kind::Override
            | Kind::Abstract
            | Kind::Declare
    )
}
