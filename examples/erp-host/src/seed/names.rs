//! What things and people are called in the example: Uzbek and Russian names at Acme, German and English ones at
//! Globex. Invented combinations; nobody in particular.

/// The words that a tenant's rows are made of.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) people: [People; 2],
    pub(super) firms: [&'static [&'static str]; 2],
    pub(super) firm_forms: &'static [&'static str],
    pub(super) mail_domains: &'static [&'static str],
    /// Country code and the number of digits after it that are left to chance.
    pub(super) phone_prefixes: &'static [&'static str],
    pub(super) phone_digits: u32,
    pub(super) products: &'static [Goods],
    /// What a price of one is in the tenant's currency.
    pub(super) price_scale: i64,
}

/// First and last names that go together.
#[derive(Debug)]
pub(super) struct People {
    pub(super) first: &'static [&'static str],
    pub(super) last: &'static [&'static str],
}

/// A category with its products and their prices in whole units.
#[derive(Debug)]
pub(super) struct Goods {
    pub(super) category: &'static str,
    pub(super) prefix: &'static str,
    pub(super) items: &'static [(&'static str, i64)],
}

pub(super) static ACME: Vocabulary = Vocabulary {
    people: [
        People {
            first: &[
                "Aziz", "Bobur", "Dilshod", "Eldor", "Farrux", "Gulnora", "Kamola", "Laziz", "Madina", "Nilufar",
                "Otabek", "Oʻgʻiloy", "Rustam", "Sevara", "Shahzod", "Umida", "Zafar", "Zulfiya",
            ],
            last: &[
                "Abdullayev", "Azimov", "Ergashev", "Gʻaniyev", "Hamidov", "Ismoilov", "Mirzayev", "Nazarov",
                "Oʻrinov", "Qodirov", "Saidov", "Toshmatov", "Usmonov", "Xolmatov", "Yoʻldoshev",
            ],
        },
        People {
            first: &[
                "Алексей", "Анна", "Борис", "Вера", "Виктор", "Галина", "Дмитрий", "Елена", "Игорь", "Ксения",
                "Максим", "Наталья", "Олег", "Павел", "Тамара", "Юлия",
            ],
            last: &[
                "Андреенко", "Белоус", "Гончар", "Дорош", "Жуковец", "Ким", "Климук", "Лазаренко", "Мельник",
                "Пак", "Савчук", "Ткач", "Цой", "Шевчук",
            ],
        },
    ],
    firms: [
        &["Chorsu", "Registon", "Samarqand Ipak", "Zarafshon", "Anhor", "Farovon", "Oltin Vodiy", "Bodomzor"],
        &["Ташстрой", "Восток Сервис", "Мир Инструмента", "Стандарт", "Азия Склад", "Контур"],
    ],
    firm_forms: &["MChJ", "XK", "OOO"],
    mail_domains: &["mail.example", "pochta.example", "biznes.example"],
    phone_prefixes: &["+99890", "+99891", "+99893", "+99897", "+99899"],
    phone_digits: 7,
    products: GOODS,
    price_scale: 12_500,
};

pub(super) static GLOBEX: Vocabulary = Vocabulary {
    people: [
        People {
            first: &[
                "Anke", "Bernd", "Claudia", "Dieter", "Eva", "Frank", "Günter", "Heike", "Jörg", "Lena", "Matthias",
                "Nadine", "Petra", "Ralf", "Sabine", "Uwe",
            ],
            last: &[
                "Albrecht", "Baumann", "Dietz", "Fröhlich", "Großmann", "Hahn", "Jäger", "Krüger", "Lindner",
                "Möller", "Pohl", "Schäfer", "Vogt", "Weiß", "Zander",
            ],
        },
        People {
            first: &[
                "Alice", "Ben", "Charlotte", "Daniel", "Emily", "George", "Hannah", "Isaac", "Lucy", "Martin", "Nora",
                "Oscar", "Ruth", "Simon",
            ],
            last: &[
                "Ashford", "Barlow", "Carver", "Dalton", "Ellery", "Fairfax", "Hargrove", "Langley", "Marsden",
                "O'Connell", "Pemberton", "Stanton", "Whitby",
            ],
        },
    ],
    firms: [
        &["Nordlicht", "Spreewerk", "Bergmann & Söhne", "Alster Handel", "Rheintal Technik", "Havelkontor"],
        &["Brightwater", "Oakfield Supply", "Northgate", "Silverline", "Harbour & Co", "Kingsmead"],
    ],
    firm_forms: &["GmbH", "KG", "Ltd"],
    mail_domains: &["post.example", "firma.example", "business.example"],
    phone_prefixes: &["+49151", "+49160", "+49171", "+49176"],
    phone_digits: 7,
    products: GOODS,
    price_scale: 1,
};

const GOODS: &[Goods] = &[
    Goods {
        category: "Tools",
        prefix: "TL",
        items: &[
            ("Cordless drill 18 V", 129), ("Angle grinder 125 mm", 89), ("Claw hammer 500 g", 18),
            ("Screwdriver set, 12 pieces", 24), ("Adjustable wrench 250 mm", 21), ("Spirit level 60 cm", 27),
            ("Tape measure 5 m", 9), ("Circular saw 1400 W", 154), ("Socket set, 94 pieces", 96),
            ("Utility knife", 7), ("Pliers set, 3 pieces", 32), ("Work light, rechargeable", 45),
        ],
    },
    Goods {
        category: "Electronics",
        prefix: "EL",
        items: &[
            ("Barcode scanner, wireless", 119), ("Label printer", 189), ("Monitor 24 inch", 149),
            ("Keyboard, wired", 25), ("Optical mouse", 15), ("USB-C hub, 7 ports", 49),
            ("Power bank 20000 mAh", 39), ("Extension lead, 6 sockets", 19), ("Network switch, 8 ports", 34),
            ("Document scanner", 279), ("Headset", 59), ("Webcam, full HD", 69),
        ],
    },
    Goods {
        category: "Office",
        prefix: "OF",
        items: &[
            ("Copy paper A4, 500 sheets", 6), ("Lever arch file", 3), ("Office chair", 199),
            ("Desk 140 × 70 cm", 249), ("Whiteboard 90 × 60 cm", 42), ("Ballpoint pens, 50 pieces", 14),
            ("Desk lamp", 36), ("Shredder", 88), ("Notebook A5, lined", 4), ("Stapler", 11),
            ("Filing cabinet, 3 drawers", 169), ("Calculator", 17),
        ],
    },
    Goods {
        category: "Packaging",
        prefix: "PK",
        items: &[
            ("Carton 40 × 30 × 30 cm, 20 pieces", 28), ("Packing tape, 6 rolls", 13), ("Bubble wrap, 50 m", 31),
            ("Stretch film, 300 m", 16), ("Mailing bags C4, 100 pieces", 22), ("Pallet wrap dispenser", 38),
            ("Paper padding, 10 kg", 26), ("Strapping set", 74), ("Wooden pallet", 12), ("Tamper labels, 1000 pieces", 19),
        ],
    },
    Goods {
        category: "Kitchen",
        prefix: "KT",
        items: &[
            ("Green tea, 1 kg", 14), ("Coffee beans, 1 kg", 19), ("Still water, 12 × 0.5 l", 6),
            ("Paper cups, 500 pieces", 21), ("Electric kettle 1.7 l", 33), ("Microwave oven 20 l", 94),
            ("Dried apricots, 1 kg", 11), ("Sugar, 5 kg", 8), ("Dishwasher tablets, 60 pieces", 16),
            ("Tea set, 12 pieces", 48),
        ],
    },
];
