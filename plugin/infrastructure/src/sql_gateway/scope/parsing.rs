//! Parses a text into one statement, within limits: the parser and the code that walks its tree use the thread's stack.

use std::collections::HashMap;

use sqlparser::{
    ast::Statement,
    dialect::{Dialect as Grammar, PostgreSqlDialect, SQLiteDialect},
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use super::rejection::SqlRejection;
use crate::persistence::Dialect;

/// Maximum bytes of one statement.
const BYTES: usize = 256 << 10;
/// Maximum keywords and operators of one statement: chains of them become deep trees.
const OPERATORS: usize = 1_500;
/// Maximum uses of one keyword that is not in [`FLAT`]: the parser does not count every level of its recursion.
const SAME: usize = 500;
/// Maximum uses of JOIN, for which the parser recurses without counting.
const JOINS: usize = 100;
/// Keywords that make a statement longer but not deeper.
const FLAT: [Keyword; 12] = [
    Keyword::AND,
    Keyword::AS,
    Keyword::BETWEEN,
    Keyword::FALSE,
    Keyword::IN,
    Keyword::IS,
    Keyword::LIKE,
    Keyword::NULL,
    Keyword::OR,
    Keyword::THEN,
    Keyword::TRUE,
    Keyword::WHEN,
];
/// First keywords of supported statements, and of those that are rejected later with a better message.
const FIRST: [Keyword; 9] = [
    Keyword::SELECT,
    Keyword::WITH,
    Keyword::VALUES,
    Keyword::INSERT,
    Keyword::UPDATE,
    Keyword::DELETE,
    Keyword::REPLACE,
    Keyword::TABLE,
    Keyword::FROM,
];
/// Maximum depth of parentheses and subqueries, as counted by the parser.
const NESTING: usize = 40;
/// Maximum depth of parentheses and brackets, checked before parsing.
const PARENTHESES: usize = 100;
/// Maximum characters kept of a parser message.
const MESSAGE: usize = 300;

/// Parses exactly one statement. Its placeholders are renumbered as `$1`, `$2` and so on.
pub(super) fn parse(sql: &str, dialect: Dialect, params: usize) -> Result<Statement, SqlRejection> {
    if sql.len() > BYTES {
        return Err(SqlRejection::TooLarge(format!("it has {} bytes; the limit is {BYTES}", sql.len())));
    }
    if sql.contains('\0') {
        return Err(SqlRejection::Unreadable("it contains the character U+0000".to_owned()));
    }
    let grammar: &dyn Grammar = match dialect {
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Postgres => &PostgreSqlDialect {},
    };
    let unreadable =
        |error: &dyn std::fmt::Display| SqlRejection::Unreadable(error.to_string().chars().take(MESSAGE).collect());
    let mut tokens = Tokenizer::new(grammar, sql).tokenize().map_err(|error| unreadable(&error))?;
    check_size(&tokens)?;
    one_statement(&tokens)?;
    number_placeholders(&mut tokens, params)?;
    let mut parser = Parser::new(grammar).with_recursion_limit(NESTING).with_tokens(tokens);
    let mut statements = parser.parse_statements().map_err(|error| unreadable(&error))?;
    match (statements.pop(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (last, others) => Err(SqlRejection::StatementCount(others + usize::from(last.is_some()))),
    }
}

/// Rejects several statements, and unsupported kinds of statement, before parsing, so that most of the parser is never reached.
fn one_statement(tokens: &[Token]) -> Result<(), SqlRejection> {
    let is_significant = |token: &&Token| !matches!(token, Token::Whitespace(_) | Token::EOF);
    let mut statements =
        tokens.split(|token| *token == Token::SemiColon).filter_map(|part| part.iter().find(is_significant));
    let Some(first) = statements.next() else { return Err(SqlRejection::StatementCount(0)) };
    let others = statements.count();
    if others > 0 {
        return Err(SqlRejection::StatementCount(others + 1));
    }
    match first {
        Token::Word(word) if !FIRST.contains(&word.keyword) => Err(unsupported_statement(&word.value)),
        _ => Ok(()),
    }
}

/// Rejects texts on which the parser would recurse too deep or build too deep a tree.
fn check_size(tokens: &[Token]) -> Result<(), SqlRejection> {
    let (mut operators, mut depth) = (0, 0_usize);
    let mut same: HashMap<Keyword, usize> = HashMap::new();
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > PARENTHESES {
            return Err(SqlRejection::TooLarge(format!(
                "its parentheses are nested more than {PARENTHESES} levels deep"
            )));
        }
        if !is_operator(token) {
            continue;
        }
        operators += 1;
        if let Token::Word(word) = token
            && !FLAT.contains(&word.keyword)
        {
            let times = same.entry(word.keyword).or_default();
            *times += 1;
            let most = if word.keyword == Keyword::JOIN { JOINS } else { SAME };
            if *times > most {
                return Err(SqlRejection::TooLarge(format!("it uses the word {} more than {most} times", word.value)));
            }
        }
    }
    if operators > OPERATORS {
        let message = format!("it has {operators} keywords and operators; the limit is {OPERATORS}");
        return Err(SqlRejection::TooLarge(message));
    }
    Ok(())
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_none() && word.keyword != Keyword::NoKeyword,
        Token::EOF
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::Comma
        | Token::Whitespace(_)
        | Token::Period
        | Token::LParen
        | Token::RParen
        | Token::Placeholder(_) => false,
        _ => true,
    }
}

/// Numbers the placeholders `?` in the order of the text, and checks that each value is used.
fn number_placeholders(tokens: &mut [Token], params: usize) -> Result<(), SqlRejection> {
    let (mut asked, mut used) = (0, vec![false; params]);
    let (mut plain, mut position_of) = (false, false);
    for token in tokens {
        let Token::Placeholder(name) = token else { continue };
        let number = match name.strip_prefix(['?', '$']) {
            Some("") => {
                plain = true;
                asked += 1;
                asked
            }
            Some(digits) => {
                position_of = true;
                digits.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
                    SqlRejection::Parameters(format!("the placeholder `{name}` is not valid: write $1, $2 and so on"))
                })?
            }
            None => {
                return Err(SqlRejection::Parameters(format!(
                    "the placeholder `{name}` is not valid: write $1, $2 and so on"
                )));
            }
        };
        let Some(place) = used.get_mut(number - 1) else {
            let message = format!("the statement uses ${number}, but {params} values were passed");
            return Err(SqlRejection::Parameters(message));
        };
        *place = true;
        *name = format!("${number}");
    }
    if plain && position_of {
        return Err(SqlRejection::Parameters(
            "the statement mixes ? with $1, $2 and so on: use one of the two".to_owned(),
        ));
    }
    match used.iter().position(|used| !used) {
        Some(unused) => Err(SqlRejection::Parameters(format!(
            "a value for ${} was passed, but the statement does not use it",
            unused + 1
        ))),
        None => Ok(()),
    }
}

/// Returns the rejection of an unsupported kind of statement.
pub(super) fn unsupported_statement(text: &str) -> SqlRejection {
    let word: String = text.split_whitespace().next().unwrap_or("this").chars().take(MESSAGE).collect();
    SqlRejection::StatementKind(word.to_uppercase())
}
