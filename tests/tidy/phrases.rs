//! Words that documents, comments, messages and pages must not use, each with a replacement.
//!
//! Checked: documents, comments of Rust files and strings of those that ship, the English pages, and whole files of other kinds. Left
//! out: released migrations, which cannot change, and fixtures, whose words are test data.

use crate::{files, report, rust_text};

/// A phrase, the maximum number of its uses where it is ordinary English or a name, and a replacement. `!a|b` as a word of a phrase is any word except those.
const PHRASES: [(&str, usize, &str); 40] = [
    ("nobody", 4, "`no one`, or name the subject"),
    ("whoever", 0, "`if`, or name the user, host or script"),
    ("somebody", 0, "name who: a user, an operator, a script"),
    ("under way", 0, "`in flight`, or `running`"),
    ("stands !for", 0, "`is in`, or `is`"),
    ("stand in", 0, "`are in`"),
    ("lies in", 0, "`is in`"),
    ("lie in", 0, "`are in`"),
    ("the other side", 0, "name it: the host, the plugin, the worker, the server"),
    ("says so", 0, "`reports it`"),
    ("say so", 0, "`report it`"),
    ("there is none", 10, "`it does not exist`, or `the list is empty`"),
    ("there are none", 5, "`the list is empty`"),
    ("!long|soon|far as it is", 5, "`unchanged`"),
    ("of its own", 7, "`separate`, or `its own`"),
    ("of their own", 6, "`separate`, or `their own`"),
    ("beside it", 0, "`next to it`, or `with it`"),
    ("by itself", 0, "`alone`, or `automatically`"),
    ("wish", 0, "`request`"),
    ("wishes", 0, "`requests`"),
    ("wished", 0, "`requested`"),
    ("!there is no !longer|more", 0, "`is not a`"),
    ("!there are no !longer|more", 0, "`are not`"),
    ("!there was no !longer|more", 0, "`was not a`"),
    ("what is none", 0, "`if it is not a`"),
    ("goes on", 0, "`continues`"),
    ("looks after", 0, "`maintains`"),
    ("look after", 0, "`maintain`"),
    ("usual", 2, "`default`"),
    ("ledger", 0, "`scheduled runs`"),
    ("expected times", 1, "`scheduled runs`"),
    ("anew", 0, "`again`"),
    ("mend", 0, "`fix`"),
    ("at hand", 0, "`cached`, or `available`"),
    ("to be had", 0, "`available`"),
    ("errand", 0, "`work item`"),
    ("roster", 0, "`placement`"),
    ("obituary", 0, "`exit reason`"),
    ("enclosure", 0, "`sandbox`"),
    ("standing by", 0, "`idle`"),
];

/// Places that a failure lists for each phrase.
const SHOWN: usize = 30;

/// Folders that are not checked, because their words are data.
const DATA: [&str; 10] = [
    "examples/scripts/",
    "migrations/postgres/",
    "migrations/sqlite/",
    "plugin/runtime/engine/patches/",
    "tests/bench/kernels/",
    "tests/cases/",
    "tests/hostile/scripts/",
    "tests/programs/",
    "tests/specs/",
    "tests/tidy/",
];

const LOCALE: &str = "plugin/presentation/locales/en.json";

/// A word in lower case, on a line; `joined` if only space is between it and the word before.
struct Word {
    text: String,
    line: usize,
    joined: bool,
}

#[test]
fn no_phrase_of_the_old_dialect_spreads() {
    let texts: Vec<_> = files::tracked().iter().filter_map(|path| Some((path, prose(path)?))).collect();
    let mut problems = Vec::new();
    for (phrase, budget, instead) in PHRASES {
        let pattern: Vec<_> = phrase.split(' ').collect();
        let mut places = Vec::new();
        for (path, words) in &texts {
            let found = words.windows(pattern.len()).filter(|window| fits(window, &pattern));
            places.extend(found.map(|window| format!("    {path}:{}", window[0].line)));
        }
        if places.len() > budget {
            problems.push(format!("`{phrase}`: {} times, at most {budget}: write {instead}", places.len()));
            problems.extend(places.into_iter().take(SHOWN));
        }
    }
    report(&problems);
}

fn fits(words: &[Word], pattern: &[&str]) -> bool {
    let each = words.iter().zip(pattern).all(|(word, expected)| match expected.strip_prefix('!') {
        Some(excluded) => excluded.split('|').all(|excluded| word.text != excluded),
        None => word.text == *expected,
    });
    each && words[1..].iter().all(|word| word.joined)
}

/// The words of a file that people read, or `None` for a file that is not checked.
fn prose(path: &str) -> Option<Vec<Word>> {
    let fixture = DATA.iter().any(|folder| path.starts_with(folder));
    let extension = files::extension(path);
    if fixture || path.ends_with("package-lock.json") {
        return None;
    }
    match extension {
        Some("rs") => Some(of_rust(path)),
        Some("md") => Some(of_lines(without_glossary(&files::read(path)))),
        Some("json") if path == LOCALE => {
            let text = files::read(path);
            Some(of_lines(text.lines().map(|line| line.split_once("\": ").map_or("", |(_, text)| text))))
        }
        Some("h" | "c" | "toml" | "sh" | "py" | "ts" | "mjs" | "css" | "html" | "lua" | "rules") => {
            Some(of_lines(files::read(path).lines()))
        }
        Some("js") if path.starts_with("plugin/presentation/") => Some(of_lines(files::read(path).lines())),
        None if !path.starts_with("LICENSE") => Some(of_lines(files::read(path).lines())),
        _ => None,
    }
}

/// The lines of a document; those of the glossary, which lists the words to avoid, are empty.
fn without_glossary(text: &str) -> impl Iterator<Item = &str> {
    text.lines().scan(false, |in_glossary, line| {
        if line.starts_with("## ") {
            *in_glossary = line == "## Glossary";
        }
        Some(if *in_glossary { "" } else { line })
    })
}

fn of_rust(path: &str) -> Vec<Word> {
    let lines = rust_text::lines(&files::read(path));
    let mut words = of_lines(lines.iter().map(|line| line.comment.as_str()));
    // Strings of tests are mostly scripts and names of people.
    let ships = path.contains("src/") && !path.ends_with("tests.rs") && !path.starts_with("tests/");
    if ships {
        words.extend(of_lines(lines.iter().map(|line| line.literal.as_str())));
    }
    words
}

fn of_lines<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut joined = false;
    for (number, line) in (1..).zip(lines) {
        let mut text = String::new();
        // A line's marker (`//`, `#`, `*`, `-`) does not split a phrase that continues in it.
        for letter in line.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().chain([' ']) {
            if letter.is_alphanumeric() || matches!(letter, '_' | '\'' | '’') {
                text.extend(letter.to_lowercase());
                continue;
            }
            if !text.is_empty() {
                words.push(Word { text: std::mem::take(&mut text), line: number, joined });
                joined = true;
            }
            joined &= letter.is_whitespace();
        }
    }
    words
}

#[test]
fn phrases_are_found_across_lines_but_not_across_sentences() {
    let count = |text: &str, phrase: &str| {
        let words = of_lines(text.lines());
        let pattern: Vec<_> = phrase.split(' ').collect();
        words.windows(pattern.len()).filter(|window| fits(window, &pattern)).count()
    };
    assert_eq!(count("// is Under\n// way now", "under way"), 1);
    assert_eq!(count("look under. Way out; underway; under_way", "under way"), 0);
    assert_eq!(count("is no limit, is no longer, is no more", "is no !longer|more"), 1);
}
