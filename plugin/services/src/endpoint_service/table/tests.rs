//! Tests the precedence of routes, and the effect of changes on a table.

use iota_scripts_domain::{Description, Endpoint, EndpointAccess, RateLimit, RoutePattern, ScriptName};

use super::*;

fn active(script: ScriptId, method: &str, path: &str) -> ActiveEndpoint {
    ActiveEndpoint {
        script,
        name: ScriptName::parse("An endpoint").unwrap(),
        description: Description::parse("").unwrap(),
        endpoint: Endpoint {
            method: HttpMethod::parse(method).unwrap(),
            path: RoutePattern::parse(path).unwrap(),
            access: EndpointAccess::Session,
            rate_limit: RateLimit::parse(None).unwrap(),
        },
    }
}

fn found(table: &Table, method: HttpMethod, path: &str) -> String {
    match table.find(method, path) {
        Match::Script(script, params) => {
            let endpoint = &table.endpoints[&script].endpoint;
            format!("{} {} {params:?}", endpoint.method.as_str(), endpoint.path)
        }
        Match::OtherMethods(methods) => format!("{methods:?}"),
        Match::Nothing => "nothing".to_owned(),
    }
}

#[test]
fn literals_precede_parameters_and_matching_backtracks() {
    let endpoints = [("GET", "/a/{x}/c"), ("GET", "/a/b/d"), ("GET", "/a/{x}"), ("POST", "/a/{y}"), ("GET", "/")];
    let endpoints = endpoints.map(|(method, path)| active(ScriptId::generate(), method, path));
    let table = Table::of(endpoints.into());
    assert_eq!(found(&table, HttpMethod::Get, "/a/b/d"), "GET /a/b/d []");
    assert_eq!(found(&table, HttpMethod::Get, "/a/b/c"), r#"GET /a/{x}/c [("x", "b")]"#);
    assert_eq!(found(&table, HttpMethod::Get, "/a/b"), r#"GET /a/{x} [("x", "b")]"#);
    assert_eq!(found(&table, HttpMethod::Get, "/"), "GET / []");
    assert_eq!(found(&table, HttpMethod::Delete, "/a/b"), "[Get, Post]");
    assert_eq!(found(&table, HttpMethod::Get, "/a"), "nothing");
    assert_eq!(found(&table, HttpMethod::Get, "/a/b/"), "nothing");
    let paths: Vec<String> = table.endpoints().iter().map(|active| active.endpoint.path.to_string()).collect();
    assert_eq!(paths, ["/", "/a/b/d", "/a/{x}", "/a/{x}/c", "/a/{y}"]);
}

#[test]
fn two_scripts_can_swap_paths() {
    let (one, other) = (ScriptId::generate(), ScriptId::generate());
    let mut table = Table::of(vec![active(one, "GET", "/one/{id}"), active(other, "GET", "/other")]);
    let swapped = vec![(one, Some(active(one, "GET", "/other"))), (other, Some(active(other, "GET", "/one/{key}")))];
    table.apply(swapped);
    assert_eq!(table.find(HttpMethod::Get, "/other"), Match::Script(one, vec![]));
    assert_eq!(table.find(HttpMethod::Get, "/one/7"), Match::Script(other, vec![("key".into(), "7".into())]));
    table.apply(vec![(one, None), (ScriptId::generate(), None)]);
    assert_eq!(table.find(HttpMethod::Get, "/other"), Match::Nothing);
}

/// After any changes, the table equals one that is built from the remaining scripts.
#[test]
fn a_changed_table_equals_a_newly_built_one() {
    let paths = ["/", "/a", "/a/b", "/a/{x}", "/a/{x}/c", "/a/b/{y}", "/{z}", "/{z}/c", "/a/bc", "/ab"];
    let ids: Vec<ScriptId> = paths.iter().map(|_| ScriptId::generate()).collect();
    let asked = ["/", "/a", "/a/b", "/a/q", "/a/q/c", "/a/b/c", "/a/b/q", "/q", "/q/c", "/a/bc", "/ab", "/a/b/c/d"];
    let (mut table, mut there, mut chance) = (Table::of(Vec::new()), [false; 10], 1_u32);
    for _ in 0..2_000 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = (chance >> 16) as usize % paths.len();
        there[at] = !there[at];
        let active = |at: usize| active(ids[at], "GET", paths[at]);
        table.apply(vec![(ids[at], there[at].then(|| active(at)))]);
        let fresh = Table::of((0..paths.len()).filter(|at| there[*at]).map(active).collect());
        for path in asked {
            assert_eq!(table.find(HttpMethod::Get, path), fresh.find(HttpMethod::Get, path), "{path} of {there:?}");
        }
    }
}
