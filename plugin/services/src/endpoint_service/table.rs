//! The active endpoints of one tenant, ready to be matched. Built whole, never changed.

use std::sync::Arc;

use iota_scripts_domain::{HttpMethod, Script};

use super::Found;

/// A router for each method.
pub(super) struct Table {
    routers: Vec<(HttpMethod, matchit::Router<Arc<Script>>)>,
    scripts: Vec<Arc<Script>>,
}

impl Table {
    pub(super) fn of(scripts: Vec<Script>) -> Self {
        let mut table = Self { routers: Vec::new(), scripts: Vec::new() };
        for method in HttpMethod::ALL {
            table.routers.push((method, matchit::Router::new()));
        }
        for script in scripts.into_iter().map(Arc::new) {
            let Some(endpoint) = script.definition().kind.endpoint() else { continue };
            let router = table.routers.iter_mut().find(|(method, _)| *method == endpoint.method);
            let inserted = router.map(|(_, router)| router.insert(endpoint.path.as_str(), Arc::clone(&script)));
            match inserted {
                Some(Ok(())) => table.scripts.push(script),
                // The store takes each shape once; a path that the router will not have is left out, not all of them.
                Some(Err(error)) => tracing::error!(script = %script.id(), "an endpoint is not reachable: {error}"),
                None => {}
            }
        }
        let place = |script: &Arc<Script>| {
            script
                .definition()
                .kind
                .endpoint()
                .map(|endpoint| (endpoint.path.as_str().to_owned(), endpoint.method.as_str()))
        };
        table.scripts.sort_by_key(place);
        table
    }

    pub(super) fn find(&self, method: HttpMethod, path: &str) -> Found {
        let matched =
            self.routers.iter().find(|(known, _)| *known == method).and_then(|(_, router)| router.at(path).ok());
        match matched {
            Some(matched) => Found::Endpoint {
                script: Arc::clone(matched.value),
                params: matched.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            },
            None => match self.methods(path) {
                none if none.is_empty() => Found::Nothing,
                others => Found::OtherMethods(others),
            },
        }
    }

    pub(super) fn methods(&self, path: &str) -> Vec<HttpMethod> {
        let answering = self.routers.iter().filter(|(_, router)| router.at(path).is_ok());
        answering.map(|(method, _)| *method).collect()
    }

    pub(super) fn scripts(&self) -> Vec<Arc<Script>> {
        self.scripts.clone()
    }
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::{ScriptDraft, ScriptId, ScriptInput, Stamp, TenantId, Timestamp, UserId};

    use super::*;

    fn table(endpoints: &[(&str, &str)]) -> Table {
        let script = |(method, path): &(&str, &str)| {
            let input = ScriptInput {
                name: format!("{method} {path}"),
                script_type: "endpoint".into(),
                content: "1".into(),
                endpoint_method: Some((*method).into()),
                endpoint_path: Some((*path).into()),
                ..ScriptInput::default()
            };
            let stamp = Stamp { at: Timestamp::from_micros(0), by: UserId::system() };
            Script::create(
                ScriptId::generate(),
                TenantId::parse("acme").unwrap(),
                ScriptDraft::parse(&input).unwrap(),
                stamp,
            )
            .into_script()
        };
        Table::of(endpoints.iter().map(script).collect())
    }

    fn found(table: &Table, method: HttpMethod, path: &str) -> String {
        match table.find(method, path) {
            Found::Endpoint { script, params } => format!("{} {params:?}", script.definition().name),
            Found::OtherMethods(methods) => format!("{methods:?}"),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_literal_comes_before_a_parameter_and_a_dead_end_is_left_again() {
        let table =
            table(&[("GET", "/a/{x}/c"), ("GET", "/a/b/d"), ("GET", "/a/{x}"), ("POST", "/a/{y}"), ("GET", "/")]);
        assert_eq!(found(&table, HttpMethod::Get, "/a/b/d"), "GET /a/b/d []");
        assert_eq!(found(&table, HttpMethod::Get, "/a/b/c"), r#"GET /a/{x}/c [("x", "b")]"#);
        assert_eq!(found(&table, HttpMethod::Get, "/a/b"), r#"GET /a/{x} [("x", "b")]"#);
        assert_eq!(found(&table, HttpMethod::Get, "/"), "GET / []");
        assert_eq!(found(&table, HttpMethod::Delete, "/a/b"), "[Get, Post]");
        assert_eq!(found(&table, HttpMethod::Get, "/a"), "nothing");
        assert_eq!(found(&table, HttpMethod::Get, "/a/b/"), "nothing");
    }
}
