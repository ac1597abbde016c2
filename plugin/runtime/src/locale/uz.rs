//! Uzbek in Latin letters.

use super::{
    Dates, Locale, Names,
    relative::{Frame, Plural, Relative},
};

pub(super) static UZ: Locale = Locale {
    language: "uz",
    group: "\u{a0}",
    point: ",",
    percent: "%",
    not_a_number: "son emas",
    currency_first: false,
    currencies: &[("JPY", "JP¥"), ("USD", "US$"), ("UZS", "soʻm")],
    names: Names {
        months: [
            "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr",
            "dekabr",
        ],
        months_alone: [
            "Yanvar", "Fevral", "Mart", "Aprel", "May", "Iyun", "Iyul", "Avgust", "Sentabr", "Oktabr", "Noyabr",
            "Dekabr",
        ],
        months_short: ["yan", "fev", "mar", "apr", "may", "iyn", "iyl", "avg", "sen", "okt", "noy", "dek"],
        months_short_alone: ["Yan", "Fev", "Mar", "Apr", "May", "Iyn", "Iyl", "Avg", "Sen", "Okt", "Noy", "Dek"],
        days: ["dushanba", "seshanba", "chorshanba", "payshanba", "juma", "shanba", "yakshanba"],
        days_short: ["Dush", "Sesh", "Chor", "Pay", "Jum", "Shan", "Yak"],
        halves: ["TO", "TK"],
    },
    dates: Dates {
        short: "DD/MM/YY",
        medium: "D-MMM, YYYY",
        long: "D-MMMM, YYYY",
        full: "dddd, D-MMMM, YYYY",
        time: "HH:mm",
        datetime: "D-MMM, YYYY, HH:mm",
        numeric: "DD/MM/YYYY",
        padded: "DD/MM/YYYY",
        day_of_month: "D-MMMM",
        between: ", ",
    },
    relative: Relative {
        now: "hozir",
        after: Frame {
            lead: "",
            units: [
                ["soniyadan", "soniyadan", "soniyadan"],
                ["daqiqadan", "daqiqadan", "daqiqadan"],
                ["soatdan", "soatdan", "soatdan"],
                ["kundan", "kundan", "kundan"],
                ["haftadan", "haftadan", "haftadan"],
                ["oydan", "oydan", "oydan"],
                ["yildan", "yildan", "yildan"],
            ],
            trail: " keyin",
        },
        before: Frame {
            lead: "",
            units: [
                ["soniya", "soniya", "soniya"],
                ["daqiqa", "daqiqa", "daqiqa"],
                ["soat", "soat", "soat"],
                ["kun", "kun", "kun"],
                ["hafta", "hafta", "hafta"],
                ["oy", "oy", "oy"],
                ["yil", "yil", "yil"],
            ],
            trail: " oldin",
        },
        plural: Plural::None,
    },
};
