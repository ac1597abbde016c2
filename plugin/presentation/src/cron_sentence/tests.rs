//! The sentences of given expressions, and that two expressions with the same sentence mean the same.

use std::collections::HashMap;

use iota_scripts_domain::CronExpression;

use super::*;

fn text(expression: &str, locale: Locale) -> String {
    sentence(&CronExpression::parse(expression).unwrap().fields(), locale)
}

/// Blocks of four lines: the expression, English, Russian, Uzbek.
const SENTENCES: &str = include_str!("sentences.txt");

#[test]
fn each_expression_has_a_sentence_in_three_languages() {
    for block in SENTENCES.split("\n\n") {
        let lines: Vec<&str> = block.lines().collect();
        let [expression, expected @ ..] = lines.as_slice() else { panic!("an empty block") };
        assert_eq!(
            [Locale::En, Locale::Ru, Locale::Uz].map(|locale| text(expression, locale)),
            expected,
            "{expression}"
        );
    }
    assert!(SENTENCES.split("\n\n").count() > 50);
}

// Field texts that have different descriptions, or should have.
const MINUTES: &str = "* */1 */2 */5 */7 */15 */20 */30 */45 0 1 5 59 0,30 5,35 0-29 30-59 0-58 5/15 0,1 1,2,21 0,7,14 \
    0-10,50-59 2-58/2 0,30,31 0-6,8";
const HOURS: &str = "* */1 */2 */3 */5 */6 */8 */12 1/2 2/2 0 9 23 9-17 0-11 9,10 9-11 9,12,18 9-12,14-18 1-23 0-22 \
    0,2,4,7 8-14/2 0-22/2 1,2,21 0,3,9,10,11";
const DATES: &str = "* */1 1-31 1 31 1,15 */2 1-7 1-7,15 15-31 2-31 1-30 10/10";
const MONTHS: &str = "* 1-12 JAN DEC 1,3 1-3 */2 */3 2-12 1-11 6-8,12 1,2,3";
const WEEKDAYS: &str = "* 0-6 */1 MON 7 0 1-5 1,3,5 0,6 5-7 0,1 6,7,1 1-6 */2 2,3";

/// The meaning of an expression, from its values alone: two with different meanings must not have the same sentence.
fn meaning(fields: &CronFields) -> [Vec<u8>; 5] {
    let (dates, weekdays) = (&fields.day_of_month, &fields.day_of_week);
    let every_day = !dates.is_any && !weekdays.is_any && (dates.values.len() == 31 || weekdays.values.len() == 7);
    let (all_dates, all_weekdays) = ((1..=31).collect(), (0..=6).collect());
    let (dates, weekdays) =
        if every_day { (all_dates, all_weekdays) } else { (dates.values.clone(), weekdays.values.clone()) };
    [fields.minute.values.clone(), fields.hour.values.clone(), dates, fields.month.values.clone(), weekdays]
}

#[derive(Default)]
struct Sentences(HashMap<String, ([Vec<u8>; 5], String)>);

impl Sentences {
    fn add(&mut self, expression: &str) {
        let Ok(parsed) = CronExpression::parse(expression) else { return };
        let fields = parsed.fields();
        for locale in [Locale::En, Locale::Ru, Locale::Uz] {
            let text = sentence(&fields, locale);
            assert!(text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit()), "{text}");
            assert!(!text.contains(['{', '}', '_', '[', '\n']) && !text.contains("  "), "{expression}: {text}");
            assert_eq!(text, text.trim_matches([' ', ',']), "{expression}");
            let values = meaning(&fields);
            let (before, example) =
                self.0.entry(text.clone()).or_insert_with(|| (values.clone(), expression.to_owned()));
            assert_eq!(*before, values, "both {example} and {expression} are \"{text}\"");
        }
    }
}

#[test]
fn equal_sentences_mean_equal_schedules() {
    let mut sentences = Sentences::default();
    for minute in MINUTES.split(' ') {
        for hour in HOURS.split(' ') {
            for days in ["* * *", "1 * *", "* 1 *", "* * 1-5"] {
                sentences.add(&format!("{minute} {hour} {days}"));
            }
        }
    }
    for times in ["0 9", "*/15 *"] {
        for date in DATES.split(' ') {
            for month in MONTHS.split(' ') {
                for weekday in WEEKDAYS.split(' ') {
                    sentences.add(&format!("{times} {date} {month} {weekday}"));
                }
            }
        }
    }
}

#[test]
fn any_expression_has_a_sentence() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut sentences = Sentences::default();
    for _ in 0..5_000 {
        let fields = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)].map(|(first, last)| random.field(first, last));
        sentences.add(&fields.join(" "));
    }
    assert!(sentences.0.len() > 3_000, "the expressions are too much alike");
}

/// A pseudo-random sequence that is the same in every test run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn field(&mut self, first: u64, last: u64) -> String {
        if self.below(3) == 0 {
            return "*".to_owned();
        }
        let items = 1 + self.below(4);
        (0..items).map(|_| self.item(first, last)).collect::<Vec<_>>().join(",")
    }

    fn item(&mut self, first: u64, last: u64) -> String {
        let size = last - first + 1;
        let from = first + self.below(size);
        let to = from + self.below(last - from + 1);
        let step = 1 + self.below(last);
        match self.below(6) {
            0 => format!("*/{step}"),
            1 => format!("{from}-{to}"),
            2 => format!("{from}-{to}/{step}"),
            3 => format!("{from}/{step}"),
            _ => from.to_string(),
        }
    }
}
