//! Checks that the targets of documents exist: files and headings of relative links, and paths in code spans and shell examples. Web
//! addresses are not fetched.

use std::collections::{BTreeMap, BTreeSet};

use crate::{files, report};

/// Extensions of files that a document names without a folder. Authors' own `.js` and `.json` files have no place here.
const BARE: [&str; 6] = ["rs", "sql", "toml", "sh", "md", "h"];

/// Extensions of files that a document names with a folder.
const SOURCES: [&str; 17] =
    ["rs", "sql", "toml", "sh", "md", "h", "c", "js", "mjs", "ts", "py", "json", "html", "css", "txt", "patch", "lua"];

/// Documents whose code spans name files of the application that the reader writes, as well as ours.
const OF_OTHER_PROJECTS: [&str; 1] = ["docs/script-authors.md"];

/// Placeholder names for any file, in rules about names.
const PLACEHOLDERS: [&str; 3] = ["foo.rs", "foo/", "mod.rs"];

/// The document that names files that no longer exist.
const HISTORY: &str = "CHANGELOG.md";

/// The document that names modules by path without extension (`sandbox/descriptors`).
const MAP: &str = "ARCHITECTURE.md";

/// A line of Markdown outside of fenced code, or inside.
struct Line {
    number: usize,
    text: String,
    fenced: bool,
}

fn lines(document: &str) -> Vec<Line> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(files::read(document).lines()) {
        let fence = text.trim_start().starts_with("```");
        if !fence {
            lines.push(Line { number, text: text.to_owned(), fenced });
        }
        fenced ^= fence;
    }
    lines
}

#[test]
fn links_lead_to_files_and_headings() {
    let documents: Vec<_> = files::with_extension("md").collect();
    let anchors: BTreeMap<_, _> = documents.iter().map(|document| (*document, anchors(document))).collect();
    let mut problems = Vec::new();
    for document in &documents {
        for line in lines(document).iter().filter(|line| !line.fenced) {
            for target in targets(&line.text) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
                let file = if path.is_empty() { (*document).to_owned() } else { resolve(document, path) };
                if !is_file(&file) && !is_folder(&file) {
                    problems.push(format!("{document}:{}: `{target}`: there is no file {file}", line.number));
                } else if !anchor.is_empty() && !anchors.get(file.as_str()).is_some_and(|known| known.contains(anchor))
                {
                    problems.push(format!("{document}:{}: `{target}`: {file} has no heading #{anchor}", line.number));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn paths_in_code_spans_exist() {
    let mut problems = Vec::new();
    for document in files::with_extension("md").filter(|document| *document != HISTORY) {
        for line in lines(document) {
            let spans = if line.fenced { vec![line.text.as_str()] } else { spans(&line.text) };
            for span in spans {
                let words: Vec<_> =
                    span.split_whitespace().map(|word| word.trim_matches(['\'', '"', '(', ')'])).collect();
                let alone = !line.fenced && words.len() == 1;
                let missing = words.iter().find(|word| {
                    let named = if alone { is_like_a_path(document, word) } else { is_from_the_root(document, word) };
                    named && !exists(document, word)
                });
                problems.extend(missing.map(|word| {
                    format!("{document}:{}: `{word}`: no tracked file or folder ends so: correct it", line.number)
                }));
            }
        }
    }
    report(&problems);
}

/// Whether a code span means a file or a folder of this repository.
fn is_like_a_path(document: &str, word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if !plain || word.starts_with(['/', '.', '-']) || word.contains("//") || PLACEHOLDERS.contains(&word) {
        return false;
    }
    let folders: Vec<_> = word.split('/').rev().skip(1).collect();
    if folders.iter().any(|folder| files::GENERATED.contains(folder)) {
        return false;
    }
    match files::extension(word) {
        None => word.ends_with('/') || (document == MAP && !folders.is_empty()),
        Some(extension) if folders.is_empty() => BARE.contains(&extension) && !OF_OTHER_PROJECTS.contains(&document),
        Some(extension) => SOURCES.contains(&extension),
    }
}

/// Whether a word of a command begins with a folder of the root.
fn is_from_the_root(document: &str, word: &str) -> bool {
    is_like_a_path(document, word) && word.split_once('/').is_some_and(|(first, _)| is_folder(first))
}

/// Whether a tracked file or folder is at this path, or ends with it.
fn exists(document: &str, word: &str) -> bool {
    let path = word.trim_end_matches('/');
    let resolved = resolve(document, path);
    if is_file(&resolved) || is_folder(&resolved) {
        return true;
    }
    let endings = [format!("/{path}"), format!("/{path}.rs")];
    let endings = if document == MAP { &endings[..] } else { &endings[..1] };
    if word.ends_with('/') {
        let folder = format!("/{path}/");
        return files::tracked().iter().any(|file| format!("/{file}").contains(&folder));
    }
    files::tracked().iter().any(|file| endings.iter().any(|ending| format!("/{file}").ends_with(ending)))
}

fn is_file(path: &str) -> bool {
    files::tracked().contains(path)
}

fn is_folder(path: &str) -> bool {
    let beginning = format!("{path}/");
    path.is_empty()
        || files::tracked().range(beginning.clone()..).next().is_some_and(|file| file.starts_with(&beginning))
}

/// The path from the root, of one that is relative to a document.
fn resolve(document: &str, path: &str) -> String {
    let mut folders: Vec<_> = document.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// The targets of the links and images of a line.
fn targets(line: &str) -> Vec<String> {
    let visible = without_spans(line);
    let inline = visible.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let reference = visible.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target.trim());
    inline.chain(reference).map(|target| target.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// The inside of each `…` of a line.
fn spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

fn without_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// The anchors that a renderer makes of a document's headings, and those that it names itself.
fn anchors(document: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in lines(document).iter().filter(|line| !line.fenced) {
        let named = line.text.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        anchors.extend(named.map(|(name, _)| name.to_owned()));
        let title = line.text.trim_start_matches('#');
        if title.len() == line.text.len() || !title.starts_with(' ') {
            continue;
        }
        let slug = slug(title.trim());
        let again = (1..).map(|number| format!("{slug}-{number}"));
        let free = std::iter::once(slug.clone()).chain(again).find(|anchor| !anchors.contains(anchor));
        anchors.extend(free);
    }
    anchors
}

/// Lower case, hyphens for spaces, and no punctuation: as GitHub makes them.
fn slug(title: &str) -> String {
    let mut shown = String::new();
    for (position, part) in title.split("](").enumerate() {
        shown.push_str(if position == 0 { part } else { part.split_once(')').map_or(part, |(_, after)| after) });
    }
    let kept = shown.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn headings_become_anchors() {
    assert_eq!(slug("How to add"), "how-to-add");
    assert_eq!(slug("`db` and [its rules](x.md#y), 2.0"), "db-and-its-rules-20");
}

#[test]
fn links_are_found_but_not_in_code() {
    let line = "[![a](x.png)](y.md#z) and `[no](this.md)`, [b](../c \"title\")";
    assert_eq!(targets(line), ["x.png", "y.md#z", "../c"]);
    assert_eq!(resolve("docs/a.md", "../include/ABI.md"), "include/ABI.md");
}
