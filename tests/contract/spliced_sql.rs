//! Pieces of hostile and of ordinary statements spliced into one another: every statement that is allowed stays within its tenant.

use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::{SqlEffect, SqlGateway as _};
use iota_scripts_tests::tables::{FOREIGN, HIDDEN};
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};

use crate::{
    host_tables::HostTables,
    hostile_sql::{self, BOUNDS, others, shown},
    ordinary_sql,
};

const CASES: u32 = 6_000;

#[tokio::test(flavor = "multi_thread")]
async fn no_splice_of_statements_leaves_its_tenant_in_sqlite() {
    holds(HostTables::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_splice_of_statements_leaves_its_tenant_in_postgres() {
    holds(HostTables::postgres().await).await;
}

/// A statement in which up to three pieces are replaced by pieces of others.
fn spliced(known: Vec<Vec<String>>) -> impl Strategy<Value = String> {
    let cut = (any::<Index>(), any::<Index>(), 0..4_usize, any::<Index>(), 0..12_usize);
    (any::<Index>(), prop::collection::vec(cut, 1..4)).prop_map(move |(first, cuts)| {
        let mut words = first.get(&known).clone();
        for (other, at, gone, from, long) in cuts {
            let other = other.get(&known);
            let (at, from) = (at.index(words.len()), from.index(other.len()));
            let piece = other[from..other.len().min(from + long)].to_vec();
            words.splice(at..words.len().min(at + gone), piece);
            // At least one piece is replaced.
            words.push(String::new());
        }
        words.join(" ")
    })
}

/// Tokens: words, quoted ones as one, and runs of other characters.
fn words(sql: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    let mut kind = None;
    for c in sql.chars() {
        let own = match c {
            '\'' | '"' | '`' => None,
            '(' | ')' | ',' | '.' => None,
            c if c.is_alphanumeric() || c == '_' => Some('a'),
            c if c.is_whitespace() => Some(' '),
            _ => Some('+'),
        };
        if quote.is_none() && (own.is_none() || own != kind) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
        kind = own;
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            _ => {}
        }
    }
    words.retain(|word| !word.trim().is_empty());
    words
}

async fn holds(tables: HostTables) {
    let ordinary = ordinary_sql::statements(tables.is_postgres());
    let hostile = hostile_sql::statements(tables.is_postgres());
    // There are more hostile statements, and fewer of them are allowed.
    let known = hostile.into_iter().chain(ordinary.iter().copied().cycle().take(ordinary.len() * 4)).map(words);
    let known: Vec<Vec<String>> = known.filter(|words| !words.is_empty()).collect();
    let here = tokio::runtime::Handle::current();
    let tested = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
        TestRunner::new(config).run(&spliced(known), |sql| {
            let acme = TenantId::parse("acme").expect("an id");
            let Ok(scoped) = tables.gateway.scope(&acme, &sql, &[]) else { return Ok(()) };
            here.block_on(async {
                let (writes, text) = (scoped.effect == SqlEffect::Writes, scoped.sql.clone());
                let before = if writes { others(&tables).await } else { Vec::new() };
                // The preview of a dry run is checked too.
                let dry = if writes { tables.gateway.preview(&acme, &sql, &[]).ok() } else { None };
                let looks: Vec<_> = dry.into_iter().flat_map(|dry| dry.before.into_iter().chain([dry.write])).collect();
                prop_assert_eq!(looks.is_empty(), !writes, "{}", sql);
                let mut output = String::new();
                for statement in looks.into_iter().chain([scoped]) {
                    output += &match tables.gateway.run(&acme, statement, BOUNDS).await {
                        Ok(rows) => shown(&rows),
                        Err(error) => error.to_string(),
                    };
                }
                for secret in [FOREIGN, HIDDEN] {
                    prop_assert!(!output.contains(secret) || sql.contains("secret"), "{}\n{}\n{}", sql, text, output);
                }
                if writes {
                    prop_assert_eq!(others(&tables).await, before, "{}\n{}", sql, text);
                    tables.restore().await;
                }
                Ok(())
            })
        })
    });
    let failed = tested.await.expect("no panic").err().map(|failure| failure.to_string());
    assert_eq!(failed, None);
}
