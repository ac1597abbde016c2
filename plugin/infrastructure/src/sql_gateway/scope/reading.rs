//! From text to one parsed statement, within bounds: the parser and what walks its tree use the thread's stack.

use sqlparser::{
    ast::Statement,
    dialect::{Dialect as Grammar, PostgreSqlDialect, SQLiteDialect},
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use super::refusal::Refusal;
use crate::persistence::Dialect;

/// Bytes of one statement.
const BYTES: usize = 256 << 10;
/// Keywords and operators of one statement: chains of them become deep trees.
const OPERATORS: usize = 1_500;
/// Depth of parentheses and subqueries.
const NESTING: usize = 40;
/// Characters of the parser's own message.
const MESSAGE: usize = 300;

/// Reads exactly one statement. Placeholders are `$1`, `$2` … in what comes back.
pub(super) fn read(sql: &str, dialect: Dialect, params: usize) -> Result<Statement, Refusal> {
    if sql.len() > BYTES {
        return Err(Refusal::TooLarge(format!("it has {} bytes, and may have {BYTES}", sql.len())));
    }
    if sql.contains('\0') {
        return Err(Refusal::Unreadable("it contains the character U+0000".to_owned()));
    }
    let grammar: &dyn Grammar = match dialect {
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Postgres => &PostgreSqlDialect {},
    };
    let unreadable =
        |error: &dyn std::fmt::Display| Refusal::Unreadable(error.to_string().chars().take(MESSAGE).collect());
    let mut tokens = Tokenizer::new(grammar, sql).tokenize().map_err(|error| unreadable(&error))?;
    let operators = tokens.iter().filter(|token| is_operator(token)).count();
    if operators > OPERATORS {
        let message = format!("it has {operators} keywords and operators, and may have {OPERATORS}");
        return Err(Refusal::TooLarge(message));
    }
    number_placeholders(&mut tokens, params)?;
    let mut parser = Parser::new(grammar).with_recursion_limit(NESTING).with_tokens(tokens);
    let mut statements = parser.parse_statements().map_err(|error| unreadable(&error))?;
    match (statements.pop(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (_, others) => Err(Refusal::Statements(if others == 0 { 0 } else { others + 1 })),
    }
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

/// Numbers the placeholders `?` in the order of the text, and sees to it that each value has its place.
fn number_placeholders(tokens: &mut [Token], params: usize) -> Result<(), Refusal> {
    let (mut asked, mut used) = (0, vec![false; params]);
    let (mut plain, mut numbered) = (false, false);
    for token in tokens {
        let Token::Placeholder(name) = token else { continue };
        let number = match name.strip_prefix(['?', '$']) {
            Some("") => {
                plain = true;
                asked += 1;
                asked
            }
            Some(digits) => {
                numbered = true;
                digits.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
                    Refusal::Parameters(format!("the placeholder `{name}` is none: write $1, $2 and so on"))
                })?
            }
            None => {
                return Err(Refusal::Parameters(format!("the placeholder `{name}` is none: write $1, $2 and so on")));
            }
        };
        let Some(place) = used.get_mut(number - 1) else {
            let message = format!("the statement names the value ${number}, and {params} were given");
            return Err(Refusal::Parameters(message));
        };
        *place = true;
        *name = format!("${number}");
    }
    if plain && numbered {
        return Err(Refusal::Parameters("a statement uses either ? or $1, $2 and so on, not both".to_owned()));
    }
    match used.iter().position(|used| !used) {
        Some(unused) => {
            Err(Refusal::Parameters(format!("the value ${} is given, and the statement does not use it", unused + 1)))
        }
        None => Ok(()),
    }
}

/// A statement of any other kind, by its first word.
pub(super) fn not_a_statement(statement: &Statement) -> Refusal {
    let text: String = statement.to_string();
    let word = text.split_whitespace().next().unwrap_or("this").to_uppercase();
    Refusal::Construct(format!("{word} statements: only SELECT, INSERT, UPDATE and DELETE; this"))
}
