//! The corpus: the project's scripts in `tests/hostile/scripts`, and those of the folder that `HOSTILE_SCRIPTS` names.
//!
//! The first line of a script gives the allowed ends of its runs: `// ends: timeout | memory`.

use std::{collections::BTreeSet, env, fs, path::Path};

/// The ends that a script may name: success, or the type of its fault.
const ENDS: [&str; 10] =
    ["success", "compile", "user", "timeout", "memory", "stack", "cancelled", "lost", "service", "internal"];

/// One script.
#[derive(Debug, Clone)]
pub struct HostileScript {
    pub name: String,
    pub source: String,
    /// The allowed ends of its runs.
    pub ends: BTreeSet<String>,
}

/// All scripts, by name.
///
/// # Panics
/// If a folder cannot be read, or a script does not name its ends.
#[must_use]
pub fn corpus() -> Vec<HostileScript> {
    let mut scripts = of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/scripts"));
    if let Some(more) = env::var_os("HOSTILE_SCRIPTS") {
        scripts.extend(of_folder(Path::new(&more)));
    }
    scripts
}

fn of_folder(folder: &Path) -> Vec<HostileScript> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
    files.sort();
    files.iter().map(|file| of_file(file)).collect()
}

fn of_file(file: &Path) -> HostileScript {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let source = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let line = source.lines().next().and_then(|line| line.strip_prefix("// ends: "));
    let line = line.unwrap_or_else(|| panic!("{name}: the first line does not name its ends"));
    let ends: BTreeSet<String> = line.split('|').map(|end| end.trim().to_owned()).collect();
    assert!(ends.iter().all(|end| ENDS.contains(&end.as_str())), "{name}: unknown end: {line}");
    HostileScript { name, source, ends }
}
