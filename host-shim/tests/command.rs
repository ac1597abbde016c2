//! The command `iota-scripts` with wrong files: one clear line, and the right exit code.
//!
//! Small C libraries act as wrong ones. The real library is tested in the tests crate.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

fn iota(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_iota-scripts")).args(arguments).output().expect("the command starts")
}

/// Compiles a C text to a shared library.
fn library(folder: &TempDir, name: &str, source: &str) -> PathBuf {
    let (file, library) = (folder.path().join(format!("{name}.c")), folder.path().join(format!("{name}.so")));
    std::fs::write(&file, source).expect("the source is written");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
    let compiled = Command::new("cc")
        .args(["-std=c11", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg("-I")
        .arg(include)
        .arg(&file)
        .output()
        .expect("a C compiler is there");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    library
}

/// Returns the single line that a failed command prints, with exit code 2.
fn complaint(arguments: &[&str]) -> String {
    let output = iota(arguments);
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

const TABLE: &str = r#"
#include "iota_scripts.h"
static iota_scripts_module table = { ABI, SIZE };
const iota_scripts_module *iota_scripts_module_v1(void) { return &table; }
"#;

fn with_table(folder: &TempDir, name: &str, abi: &str, size: &str) -> PathBuf {
    library(folder, name, &TABLE.replace("ABI,", &format!("{abi},")).replace("SIZE", size))
}

#[test]
fn a_wrong_file_is_reported_with_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    assert!(complaint(&["info", "/no/such/lib.so"]).contains("/no/such/lib.so: no such file"));

    let text = folder.path().join("text.so");
    std::fs::write(&text, "hello").unwrap();
    assert!(complaint(&["info", text.to_str().unwrap()]).contains("text.so is not a dynamic library: "));

    let other = library(&folder, "other", "int answer(void) { return 42; }");
    let said = complaint(&["info", other.to_str().unwrap()]);
    assert!(said.contains("is a library, but not iota-scripts: it has no symbol iota_scripts_module_v1"), "{said}");
}

#[test]
fn another_version_is_rejected_with_field_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let major = with_table(&folder, "major", "7u << 16", "sizeof(iota_scripts_module)");
    let said = complaint(&["info", major.to_str().unwrap()]);
    assert!(said.contains("field `abi` has major version 7, this host speaks 1"), "{said}");

    let small = with_table(&folder, "small", "IOTA_ABI_VERSION", "24");
    let said = complaint(&["info", small.to_str().unwrap()]);
    let needed = size_of::<iota_scripts_abi::ScriptsModule>();
    assert!(said.contains(&format!("field `size` of the table is 24 bytes, this host needs {needed}")), "{said}");

    let bare = with_table(&folder, "bare", "IOTA_ABI_VERSION", "sizeof(iota_scripts_module)");
    let said = complaint(&["info", bare.to_str().unwrap()]);
    assert!(said.contains("has no abi_stable root module"), "{said}");
}

#[test]
fn a_crash_is_a_failed_check() {
    let folder = tempfile::tempdir().unwrap();
    let source = "#include <stdlib.h>\n__attribute__((constructor)) static void begin(void) { abort(); }";
    let crashing = library(&folder, "crashing", source);
    let output = iota(&["validate", crashing.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("✗ The file is a dynamic library"), "{text}");
    assert!(text.contains("crashed with signal 6 (SIGABRT)"), "{text}");
    assert!(text.contains("4 failed"), "{text}");
}

#[test]
fn wrong_arguments_are_rejected_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("a.js");
    std::fs::write(&script, "function main() {}").unwrap();
    let script = script.to_str().unwrap();
    assert!(complaint(&["run", "/no/such.js"]).contains("cannot read /no/such.js"));
    assert!(complaint(&["run", script, "--lib", "/no/lib.so"]).contains("no such file"));
    assert!(complaint(&["run", script, "--mock", "/no/mock.json"]).contains("cannot read /no/mock.json"));
    assert!(complaint(&["validate", "/no/lib.so"]).contains("no such file"));
    for bad in [
        &["run", script, "--input", "{"][..],
        &["run", script, "--timeout", "0"],
        &["run", script, "--runs", "0"],
        &["fly"],
        &[],
    ] {
        assert_eq!(iota(bad).status.code(), Some(2), "{bad:?}");
    }
}
