//! Converts TypeScript to JavaScript by replacing types with spaces, so every character keeps its position.
//!
//! A construct that needs more than that, such as `enum`, is refused. Types are not checked: the author's editor does that.

mod classes;
mod statements;

use oxc_ast::ast::{
    AccessorProperty, ArrowFunctionExpression, Class, Decorator, ExportSpecifier, FormalParameter,
    ImportDeclarationSpecifier, ImportOrExportKind, MethodDefinition, Program, PropertyDefinition, Statement,
    TSAsExpression, TSIndexSignature, TSNonNullExpression, TSSatisfiesExpression, TSThisParameter, TSTypeAnnotation,
    TSTypeAssertion, TSTypeParameterDeclaration, TSTypeParameterInstantiation, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Kind;
use oxc_span::{GetSpan, Span};

use self::statements::{Erasure, erasure_of};
use super::{Problem, edits::Edits, tokens::Tokens};
use crate::source::LINE_ENDS;

/// Records the edits that remove the types of a program without errors.
///
/// # Errors
/// The first construct that is not only a type.
pub(super) fn blank(program: &Program<'_>, tokens: &Tokens<'_>, text: &str, edits: &mut Edits) -> Result<(), Problem> {
    let mut blanker = Blanker { text, tokens, edits, refused: None };
    blanker.visit_program(program);
    blanker.refused.map_or(Ok(()), Err)
}

/// Whether a statement is more than types.
pub(super) fn is_kept(statement: &Statement<'_>) -> bool {
    matches!(erasure_of(statement), Erasure::Keep)
}

struct Blanker<'t> {
    text: &'t str,
    tokens: &'t Tokens<'t>,
    edits: &'t mut Edits,
    refused: Option<Problem>,
}

impl Blanker<'_> {
    fn blank(&mut self, span: Span) {
        self.edits.blank(span.start as usize, span.end as usize);
    }

    fn refuse(&mut self, message: &str, span: Span) {
        self.refused.get_or_insert_with(|| Problem::new(message, span));
    }

    /// Blanks the sign after this offset, `?` or `!`.
    fn blank_mark(&mut self, at: u32) {
        if let Some(mark) = self.tokens.from(at).filter(|next| matches!(next.kind(), Kind::Question | Kind::Bang)) {
            self.blank(mark.span());
        }
    }

    /// Blanks an entry of a list with the comma after it.
    fn blank_entry(&mut self, span: Span) {
        let comma = self.tokens.from(span.end).filter(|next| next.kind() == Kind::Comma);
        self.blank(Span::new(span.start, comma.map_or(span.end, |comma| comma.end())));
    }

    fn spans_lines(&self, start: u32, end: u32) -> bool {
        self.text[start as usize..end as usize].contains(LINE_ENDS)
    }

    /// Blanks the return type of an arrow function. No line may end between its parentheses and its arrow, so if the type
    /// contains a line end, the closing parenthesis moves to the end of the type.
    fn return_type_of_arrow(&mut self, parameters: Span, annotation: Span) {
        if !self.spans_lines(parameters.end, annotation.end) {
            return self.blank(annotation);
        }
        let end = annotation.end as usize;
        let last = self.text[..end].char_indices().next_back().map_or(end, |(at, _)| at);
        self.edits.blank(parameters.end as usize - 1, last);
        self.edits.put(last, end, ")");
    }

    /// Blanks the type parameters of an arrow function. The opening parenthesis after them moves to their beginning,
    /// because no line may end between `async` or `return` and it.
    fn type_parameters_of_arrow(&mut self, list: Span, parameters: Span) {
        if self.spans_lines(list.start, parameters.start) {
            self.edits.put(list.start as usize, parameters.start as usize + 1, "(");
        } else {
            self.blank(list);
        }
    }
}

impl<'a> Visit<'a> for Blanker<'_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        let span = it.span();
        match erasure_of(it) {
            Erasure::Keep => {
                walk::walk_statement(self, it);
                self.edits.end_statement(span.end as usize);
            }
            // The semicolon ends the statement before in the same place.
            Erasure::Remove => self.edits.put(span.start as usize, span.end as usize, ";"),
            Erasure::Refuse(message) => self.refuse(message, span),
        }
    }

    fn visit_import_declaration_specifier(&mut self, it: &ImportDeclarationSpecifier<'a>) {
        if let ImportDeclarationSpecifier::ImportSpecifier(it) = it
            && it.import_kind == ImportOrExportKind::Type
        {
            self.blank_entry(it.span);
        }
    }

    fn visit_export_specifier(&mut self, it: &ExportSpecifier<'a>) {
        if it.export_kind == ImportOrExportKind::Type {
            self.blank_entry(it.span);
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if it.definite {
            self.blank_mark(it.id.span().end);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let parameters = it.params.span;
        if let Some(list) = &it.type_parameters {
            self.type_parameters_of_arrow(list.span, parameters);
        }
        self.visit_formal_parameters(&it.params);
        if let Some(annotation) = &it.return_type {
            self.return_type_of_arrow(parameters, annotation.span);
        }
        self.visit_arrow_function_body(&it.body);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if it.accessibility.is_some() || it.readonly || it.r#override {
            self.refuse("a constructor's parameter cannot be a property too: declare the field and assign it", it.span);
        }
        if it.optional {
            self.blank_mark(it.pattern.span().end);
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_ts_this_parameter(&mut self, it: &TSThisParameter<'a>) {
        self.blank_entry(it.span);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.class(it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.method(it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.field(it);
    }

    fn visit_ts_index_signature(&mut self, it: &TSIndexSignature<'a>) {
        self.edits.put(it.span.start as usize, it.span.end as usize, ";");
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.refuse("`accessor` fields are not available: write a getter and a setter", it.span);
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse("decorators are not available", it.span);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank(Span::new(it.expression.span().end, it.span.end));
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank(Span::new(it.expression.span().end, it.span.end));
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank(Span::new(it.span.end - 1, it.span.end));
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        let value = it.expression.span().start;
        // Without its type, such a value could begin a different statement: a block, a declaration, or the rest of a
        // `return`.
        let begins_otherwise = self.tokens.from(value).is_some_and(|first| {
            matches!(first.kind(), Kind::LCurly | Kind::Function | Kind::Class | Kind::Async | Kind::Let)
        });
        if self.spans_lines(it.span.start, value) || begins_otherwise {
            self.refuse("write `value as Type` instead of `<Type>value` here", it.span);
        }
        self.blank(Span::new(it.span.start, value));
        self.visit_expression(&it.expression);
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank(it.span);
    }
}

#[cfg(test)]
mod tests;
