//! Sample tenants, scripts and runs.

use iota_scripts_domain::{
    EntryPoint, Execution, ExecutionId, JsonText, NewExecution, NodeId, Revision, Script, ScriptDraft, ScriptId,
    ScriptInput, ScriptName, ScriptRef, ScriptType, Stamp, TenantId, Timestamp, Trigger, UserId, Version,
};

pub(crate) fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).expect("a tenant")
}

pub(crate) fn acme() -> TenantId {
    tenant("acme")
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000 + 7)
}

pub(crate) fn ann(seconds: i64) -> Stamp {
    Stamp { at: at(seconds), by: UserId::parse("ann").expect("a user") }
}

pub(crate) fn input(name: &str) -> ScriptInput {
    ScriptInput { name: name.into(), script_type: "one_off".into(), content: "main()".into(), ..ScriptInput::default() }
}

pub(crate) fn draft(input: &ScriptInput) -> ScriptDraft {
    ScriptDraft::parse(input).expect("a draft")
}

pub(crate) fn endpoint(name: &str, path: &str) -> ScriptInput {
    ScriptInput {
        script_type: "endpoint".into(),
        endpoint_method: Some("GET".into()),
        endpoint_path: Some(path.into()),
        ..input(name)
    }
}

pub(crate) fn created(tenant: TenantId, input: &ScriptInput, seconds: i64) -> Revision {
    Script::create(ScriptId::generate(), tenant, draft(input), ann(seconds))
}

pub(crate) fn node(name: &str) -> NodeId {
    NodeId::parse(name).expect("a node")
}

/// A run of acme that was asked for and began at a second.
pub(crate) fn running(seconds: i64) -> Execution {
    Execution::running(head(seconds), node("node-1"), at(seconds))
}

/// The known facts of such a run before it starts.
pub(crate) fn head(seconds: i64) -> NewExecution {
    NewExecution {
        dry_run: false,
        libraries: Vec::new(),
        id: ExecutionId::generate(),
        tenant: acme(),
        script: ScriptRef {
            id: ScriptId::generate(),
            version: Version::FIRST,
            name: ScriptName::parse("Report").expect("a name"),
        },
        entry: EntryPoint::usual_for(ScriptType::OneOff),
        trigger: Trigger::Manual,
        user: Some(UserId::parse("ann").expect("a user")),
        origin: None,
        input: JsonText::parse(r#"{"b": 1.0, "a": "\u0000"}"#.into()).expect("JSON"),
        created_at: at(seconds),
    }
}
