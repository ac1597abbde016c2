//! The two symbols that the data lacks: NaN and the exponent sign. Facts of CLDR 48.

use icu_locale::LanguageIdentifier;

const NOT_A_NUMBER: &[(&str, &str)] = &[
    ("fi", "epäluku"),
    ("hy", "ՈչԹ"),
    ("ka", "არ\u{a0}არის\u{a0}რიცხვი"),
    ("kk", "сан\u{a0}емес"),
    ("ky", "сан\u{a0}эмес"),
    ("lv", "NS"),
    ("ru", "не\u{a0}число"),
    ("tk", "san\u{a0}däl"),
    ("uz", "son\u{a0}emas"),
];

const EXPONENTS: &[(&str, &str)] =
    &[("el", "e"), ("et", "×10^"), ("lt", "×10^"), ("sk", "e"), ("sl", "e"), ("sv", "×10^"), ("uk", "Е")];

pub(super) fn not_a_number(id: &LanguageIdentifier) -> &'static str {
    if id.language.as_str() == "uz" && id.script.is_some_and(|script| script.as_str() == "Cyrl") {
        return "ҳақиқий\u{a0}сон\u{a0}эмас";
    }
    find(NOT_A_NUMBER, id).unwrap_or("NaN")
}

pub(super) fn exponent(id: &LanguageIdentifier) -> &'static str {
    if id.language.as_str() == "en" && id.region.is_some_and(|region| region.as_str() == "AU") {
        return "e";
    }
    find(EXPONENTS, id).unwrap_or("E")
}

fn find(table: &'static [(&str, &str)], id: &LanguageIdentifier) -> Option<&'static str> {
    table.iter().find(|(language, _)| *language == id.language.as_str()).map(|(_, sign)| *sign)
}
