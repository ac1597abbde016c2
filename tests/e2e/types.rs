//! The declarations are right: TypeScript from npm accepts the example scripts and reports each mistake once.
//!
//! `tests/types/scripts/` has a script for each mistake; its first line gives the line of the one error, or `none`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

use axum::{body::Body, http::Request};
use iota_scripts_tests::{Stage, TestDatabase, admin, tables, target_folder};
use serde_json::json;

use crate::command::Erp;

/// Tests run at the same time; they share the installation.
static INSTALLED: Once = Once::new();

fn install(home: &Path) {
    let installed = Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(home).output();
    let installed = installed.expect("npm is there: the tests need Node.js");
    assert!(installed.status.success(), "npm ci: {}", String::from_utf8_lossy(&installed.stderr));
}

/// TypeScript, and a folder for the files to check.
struct Compiler {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Compiler {
    /// Uses these declarations.
    fn new(declarations: &str) -> Self {
        let home = here("tests/types");
        INSTALLED.call_once(|| install(&home));
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("scripts.d.ts"), declarations).expect("a file");
        Self { program: home.join("node_modules/typescript/bin/tsc"), folder }
    }

    /// The errors of a script, each as `script.js(line,column): error TSnumber: …`.
    fn errors(&self, script: &Path, strict: &str) -> Vec<String> {
        let kind = script.extension().and_then(|kind| kind.to_str()).expect("a kind");
        let file = self.folder.path().join(format!("script.{kind}"));
        fs::copy(script, &file).expect("the script is copied");
        let settings = json!({
            "compilerOptions": {"noEmit": true, "allowJs": true, "checkJs": true, "target": "es2023", "lib": ["es2023"],
                "types": [], "moduleDetection": "force", "strict": strict == "strict"},
            "files": ["scripts.d.ts", file],
        });
        fs::write(self.folder.path().join("tsconfig.json"), settings.to_string()).expect("a file");
        let mut command = Command::new("node");
        command.arg(&self.program).args(["--pretty", "false"]).current_dir(self.folder.path());
        let output = String::from_utf8_lossy(&command.output().expect("TypeScript runs").stdout).into_owned();
        output.lines().filter(|line| line.contains("error TS")).map(str::to_owned).collect()
    }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Compares every script of a folder with its first line.
fn check_folder(compiler: &Compiler, folder: &str) {
    let mut count = 0;
    for entry in fs::read_dir(here("tests/types/scripts").join(folder)).expect("the scripts are there") {
        let script = entry.expect("a file").path();
        let text = fs::read_to_string(&script).expect("a readable file");
        let expected = text.lines().next().and_then(|line| line.strip_prefix("// errors: ")).expect("the first line");
        let errors = compiler.errors(&script, "strict");
        let line = |error: &str| {
            error.split_once('(').and_then(|(_, rest)| rest.split_once(',')).map(|(line, _)| line.to_owned())
        };
        let lines: Vec<String> = errors.iter().map(|error| line(error).unwrap_or_default()).collect();
        let expected: Vec<&str> = expected.split(' ').filter(|line| *line != "none").collect();
        assert_eq!(lines, expected, "{}: {errors:#?}", script.display());
        count += 1;
    }
    assert!(count >= 3, "{folder}: {count}");
}

/// The output of the command about the running ERP.
fn of_erp(erp: &Erp, script_type: &str) -> String {
    let mut command = Command::new(target_folder().join("iota-scripts"));
    command.args(["types", "--url", &erp.url, "--type", script_type]).env("IOTA_SCRIPTS_TOKEN", "acme-admin");
    let printed = command.output().expect("the command runs");
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    String::from_utf8(printed.stdout).expect("text")
}

#[test]
fn example_scripts_type_check_and_mistakes_do_not() {
    let erp = Erp::start();
    for (script, script_type) in
        [("inactive-client-reminder", "cron"), ("order-report", "endpoint"), ("validate-order", "embedded")]
    {
        let compiler = Compiler::new(&of_erp(&erp, script_type));
        // As written by their authors: without type annotations, so not in strict mode.
        let errors = compiler.errors(&here("examples/scripts").join(format!("{script}.js")), "loose");
        assert_eq!(errors, Vec::<String>::new(), "{script}");
    }
    check_folder(&Compiler::new(&of_erp(&erp, "one_off")), "erp");
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_tables_are_types() {
    let (own, host) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    tables::create(&host).await;
    let stage = Stage::start(own.url(), &tables::config(host.url())).await;
    let mut request = Request::get("/scripts/api/v1/types.d.ts?type=one_off").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(admin());
    let text = stage.reply(request).await.text;
    stage.api(&admin(), "GET", "/types.d.ts?type=other", None).await.expect(422);
    stage.stop().await;
    tokio::task::spawn_blocking(move || check_folder(&Compiler::new(&text), "tables")).await.expect("no panic");
}
