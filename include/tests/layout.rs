//! Compiles the header as C11 and as C++17 and compares every size, offset and constant with the Rust mirror.
//! It does not load the library: `iota-scripts validate` and the C host do.
#![cfg(unix)]

use std::{collections::BTreeMap, fs, mem::offset_of, path::Path, process::Command};

use iota_scripts_abi::{self as abi, HostTable, ScriptsModule, flags, op, status};

/// Returns the sizes and offsets of the Rust mirror, by the names of the header.
fn mirror() -> BTreeMap<&'static str, i64> {
    macro_rules! table {
        ($map:ident, $c:literal, $rust:ty, $($field:ident),+) => {
            $map.insert(concat!("sizeof ", $c), size_of::<$rust>() as i64);
            $($map.insert(concat!($c, ".", stringify!($field)), offset_of!($rust, $field) as i64);)+
        };
    }
    let mut map = BTreeMap::new();
    table!(map, "iota_host_v1", HostTable, abi, size, ctx, submit, reply, cancel, log);
    table!(
        map,
        "iota_scripts_module",
        ScriptsModule,
        abi,
        size,
        manifest,
        migrations,
        routes,
        start,
        bind_service,
        unbind_service,
        submit,
        reply,
        cancel,
        credit,
        stop
    );
    map.extend(constants());
    map
}

fn constants() -> [(&'static str, i64); 45] {
    [
        ("IOTA_ABI_MAJOR", abi::ABI_MAJOR.into()),
        ("IOTA_ABI_MINOR", abi::ABI_MINOR.into()),
        ("IOTA_ABI_VERSION", abi::ABI_VERSION.into()),
        ("IOTA_PLUGIN_ID_BIT", abi::PLUGIN_ID_BIT.cast_signed()),
        ("IOTA_MAX_MESSAGE", abi::MAX_MESSAGE as i64),
        ("IOTA_OK", status::OK.into()),
        ("IOTA_STOPPED", status::STOPPED.into()),
        ("IOTA_MISMATCH", status::MISMATCH.into()),
        ("IOTA_AGAIN", status::AGAIN.into()),
        ("IOTA_UNKNOWN", status::UNKNOWN.into()),
        ("IOTA_INVALID", status::INVALID.into()),
        ("IOTA_HOST_PANIC", status::HOST_PANIC.into()),
        ("IOTA_PLUGIN_PANIC", status::PLUGIN_PANIC.into()),
        ("IOTA_FRAME_END", flags::END.into()),
        ("IOTA_FRAME_ERROR", flags::ERROR.into()),
        ("IOTA_LOG_ERROR", flags::LOG_ERROR.into()),
        ("IOTA_LOG_WARN", flags::LOG_WARN.into()),
        ("IOTA_LOG_INFO", flags::LOG_INFO.into()),
        ("IOTA_LOG_DEBUG", flags::LOG_DEBUG.into()),
        ("IOTA_LOG_TRACE", flags::LOG_TRACE.into()),
        ("IOTA_DIALECT_SQLITE", flags::DIALECT_SQLITE.into()),
        ("IOTA_DIALECT_POSTGRES", flags::DIALECT_POSTGRES.into()),
        ("IOTA_OP_HTTP_REQUEST", op::HTTP_REQUEST.into()),
        ("IOTA_OP_INVOKE", op::INVOKE.into()),
        ("IOTA_OP_RUN", op::RUN.into()),
        ("IOTA_OP_EVENT", op::EVENT.into()),
        ("IOTA_OP_HEALTH", op::HEALTH.into()),
        ("IOTA_OP_METRICS", op::METRICS.into()),
        ("IOTA_OP_MIGRATE", op::MIGRATE.into()),
        ("IOTA_OP_CONFIG_CHANGED", op::CONFIG_CHANGED.into()),
        ("IOTA_OP_TENANT_DELETED", op::TENANT_DELETED.into()),
        ("IOTA_OP_USER_DELETED", op::USER_DELETED.into()),
        ("IOTA_OP_EVENTS_WANTED", op::EVENTS_WANTED.into()),
        ("IOTA_OP_PLUGIN_READY", op::PLUGIN_READY.into()),
        ("IOTA_OP_PLUGIN_FAILED", op::PLUGIN_FAILED.into()),
        ("IOTA_OP_PLUGIN_STOPPED", op::PLUGIN_STOPPED.into()),
        ("IOTA_OP_AUTHORIZE", op::AUTHORIZE.into()),
        ("IOTA_OP_SERVICE_CALL", op::SERVICE_CALL.into()),
        ("IOTA_OP_IDENTITY_RESOLVE", op::IDENTITY_RESOLVE.into()),
        ("IOTA_OP_TENANT_LIST", op::TENANT_LIST.into()),
        ("IOTA_OP_TENANT_BY_HOST", op::TENANT_BY_HOST.into()),
        ("IOTA_OP_EVENT_PUBLISH", op::EVENT_PUBLISH.into()),
        ("IOTA_OP_AUTHORIZE_MANY", op::AUTHORIZE_MANY.into()),
        ("IOTA_OP_EVENTS_PUBLISH", op::EVENTS_PUBLISH.into()),
        ("sizeof pointer", size_of::<usize>() as i64),
    ]
}

/// Returns a program that prints the header's values of the same names, one `name=value` per line.
fn probe(names: impl Iterator<Item = &'static str>) -> String {
    let mut program = String::from("#include \"iota_scripts.h\"\n#include <stdio.h>\nint main(void) {\n");
    for name in names {
        let value = match name.split_once([' ', '.']) {
            Some(("sizeof", "pointer")) => "sizeof(void *)".to_owned(),
            Some(("sizeof", table)) => format!("sizeof({table})"),
            Some((table, field)) => format!("offsetof({table}, {field})"),
            None => name.to_owned(),
        };
        program += &format!("  printf(\"%s=%lld\\n\", \"{name}\", (long long)({value}));\n");
    }
    program + "  return 0;\n}\n"
}

fn header_view(compiler: &str, standard: &str, extension: &str) -> BTreeMap<String, i64> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join(format!("probe.{extension}"));
    let binary = folder.path().join("probe");
    fs::write(&source, probe(mirror().into_keys())).expect("write the probe");
    let built = Command::new(compiler)
        .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap_or_else(|cause| panic!("{compiler} is needed to check the header: {cause}"));
    assert!(built.status.success(), "{compiler} {standard}:\n{}", String::from_utf8_lossy(&built.stderr));
    let printed = Command::new(&binary).output().expect("run the probe").stdout;
    String::from_utf8(printed)
        .expect("the probe prints ASCII")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.parse().expect("an integer")))
        .collect()
}

fn same_as_mirror(view: &BTreeMap<String, i64>) {
    let mirror: BTreeMap<String, i64> = mirror().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    assert_eq!(view, &mirror);
}

#[test]
fn the_header_is_the_mirror_in_c11() {
    same_as_mirror(&header_view("cc", "-std=c11", "c"));
}

#[test]
fn the_header_is_the_mirror_in_cpp17() {
    same_as_mirror(&header_view("c++", "-std=c++17", "cc"));
}

#[test]
fn every_constant_of_the_header_is_checked() {
    let header = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("iota_scripts.h")).expect("the header");
    let mirror = mirror();
    let unchecked: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define "))
        .filter_map(|rest| rest.split_once(' '))
        .map(|(name, _)| name)
        .filter(|name| *name != "IOTA_SCRIPTS_SYMBOL" && !mirror.contains_key(name))
        .collect();
    assert!(unchecked.is_empty(), "not in the mirror: {unchecked:?}");
}

#[test]
fn the_symbol_has_the_name_of_the_header() {
    let header = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("iota_scripts.h")).expect("the header");
    assert!(header.contains(&format!("#define IOTA_SCRIPTS_SYMBOL \"{}\"", abi::C_SYMBOL)));
}
