//! Words that documents, comments, messages and pages must not use, each with a replacement.
//!
//! Checked: documents, comments of Rust files and strings of those that ship, the English pages, and whole files of other kinds. Left
//! out: released migrations, which cannot change, and fixtures, whose words are test data.

use crate::{files, report, rust_text};

/// A phrase, the maximum number of its uses, and a replacement. `!a|b` as a word of a phrase is any word except those.
const PHRASES: [(&str, usize, &str); 40] = [
    ("nobody", 228, "`no one`, or name the subject"),
    ("whoever", 101, "`if`, or name the user, host or script"),
    ("somebody", 67, "name who: a user, an operator, a script"),
    ("under way", 74, "`in flight`, or `running`"),
    ("stands !for", 94, "`is in`, or `is`"),
    ("stand in", 11, "`are in`"),
    ("lies in", 5, "`is in`"),
    ("lie in", 3, "`are in`"),
    ("the other side", 30, "name it: the host, the plugin, the worker, the server"),
    ("says so", 22, "`reports it`"),
    ("say so", 2, "`report it`"),
    ("there is none", 30, "`it does not exist`, or `the list is empty`"),
    ("there are none", 5, "`the list is empty`"),
    ("!long|soon|far as it is", 55, "`unchanged`"),
    ("of its own", 105, "`separate`, or `its own`"),
    ("of their own", 37, "`separate`, or `their own`"),
    ("beside it", 19, "`next to it`, or `with it`"),
    ("by itself", 56, "`alone`, or `automatically`"),
    ("wish", 12, "`request`"),
    ("wishes", 6, "`requests`"),
    ("wished", 4, "`requested`"),
    ("!there is no !longer|more", 95, "`is not a`"),
    ("!there are no !longer|more", 9, "`are not`"),
    ("!there was no !longer|more", 1, "`was not a`"),
    ("what is none", 2, "`if it is not a`"),
    ("goes on", 54, "`continues`"),
    ("looks after", 2, "`maintains`"),
    ("look after", 0, "`maintain`"),
    ("usual", 36, "`default`"),
    ("ledger", 26, "`scheduled runs`"),
    ("expected times", 6, "`scheduled runs`"),
    ("anew", 30, "`again`"),
    ("mend", 2, "`fix`"),
    ("at hand", 2, "`cached`, or `available`"),
    ("to be had", 1, "`available`"),
    ("errand", 1, "`work item`"),
    ("roster", 3, "`placement`"),
    ("obituary", 0, "`exit reason`"),
    ("enclosure", 0, "`sandbox`"),
    ("standing by", 3, "`idle`"),
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
        Some("md") => Some(of_lines(files::read(path).lines())),
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
