//! Numbers, money, percentages and units: `Intl.NumberFormat`.

mod compact;
mod currency;
mod digits;
mod percent;
mod symbols;
mod unit;
mod value;

use fixed_decimal::{Decimal, Sign};
use icu_decimal::{
    DecimalFormatter,
    options::{DecimalFormatterOptions, GroupingStrategy},
};
use icu_plurals::PluralRules;

use self::{compact::Compact, currency::Currency, percent::Percent, unit::Units};
pub(crate) use self::{
    compact::CompactWidth,
    currency::{CurrencyDisplay, CurrencySign, decimals as currency_decimals},
    digits::{Digits, Precision, Priority, Rounding, Span},
    unit::is_unit,
    value::Value,
};
use super::{
    IntlError,
    language::Language,
    text::{Kind, LITERAL, Text},
    width::Width,
};

/// The kind of number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Style {
    Decimal,
    /// Hundredths.
    Percent,
    Currency {
        code: String,
        display: CurrencyDisplay,
        sign: CurrencySign,
    },
    Unit {
        unit: String,
        width: Width,
    },
}

/// The notation of the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Notation {
    Standard,
    /// `1.2E3`.
    Scientific,
    /// `12E3`: the exponent is a multiple of three.
    Engineering,
    /// `1.2K`.
    Compact(CompactWidth),
}

/// When digits are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Grouping {
    Never,
    /// The language's default.
    Auto,
    Always,
    /// From five digits on.
    MinTwo,
}

/// When a sign is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SignDisplay {
    /// For negative numbers, negative zero included.
    Auto,
    Always,
    /// Never for zero.
    ExceptZero,
    /// For negative numbers, negative zero excluded.
    Negative,
    Never,
}

/// How a number is written. The default is a plain number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NumberOptions {
    pub(crate) style: Style,
    pub(crate) notation: Notation,
    pub(crate) grouping: Grouping,
    pub(crate) sign: SignDisplay,
    pub(crate) digits: Digits,
}

impl Default for NumberOptions {
    fn default() -> Self {
        Self {
            style: Style::Decimal,
            notation: Notation::Standard,
            grouping: Grouping::Auto,
            sign: SignDisplay::Auto,
            digits: Digits::default(),
        }
    }
}

/// Formats numbers in one language with one set of options.
#[derive(Debug)]
pub(crate) struct NumberFormatter {
    decimal: DecimalFormatter,
    compact: Option<Compact>,
    frame: Frame,
    plurals: PluralRules,
    options: NumberOptions,
    /// The text for NaN.
    not_a_number: &'static str,
    exponent: &'static str,
}

/// The text around a number.
#[derive(Debug)]
enum Frame {
    Nothing,
    Percent(Percent),
    Currency(Box<Currency>),
    Unit(Units),
}

impl NumberFormatter {
    /// # Errors
    /// If the unit does not exist, or the code is not a currency code.
    pub(crate) fn new(language: &Language, options: NumberOptions) -> Result<Self, IntlError> {
        let mut decimal = DecimalFormatterOptions::default();
        decimal.grouping_strategy = Some(match options.grouping {
            Grouping::Never => GroupingStrategy::Never,
            Grouping::Auto => GroupingStrategy::Auto,
            Grouping::Always => GroupingStrategy::Always,
            Grouping::MinTwo => GroupingStrategy::Min2,
        });
        let compact = match options.notation {
            Notation::Compact(width) => Some(Compact::new(language, width, decimal)?),
            Notation::Standard | Notation::Scientific | Notation::Engineering => None,
        };
        let frame = match &options.style {
            Style::Decimal => Frame::Nothing,
            Style::Percent => Frame::Percent(Percent::new(language)?),
            Style::Currency { code, display, sign } => {
                Frame::Currency(Box::new(Currency::new(language, code, *display, *sign)?))
            }
            Style::Unit { unit, width } => Frame::Unit(Units::new(language, unit, *width)?),
        };
        Ok(Self {
            decimal: DecimalFormatter::try_new(language.locale().into(), decimal)?,
            compact,
            frame,
            plurals: PluralRules::try_new_cardinal(language.without_script().locale().into())?,
            not_a_number: symbols::not_a_number(language.id()),
            exponent: symbols::exponent(language.id()),
            options,
        })
    }

    pub(crate) fn format(&self, value: &Value) -> Text {
        match value {
            Value::NotANumber => self.framed(&Text::of("nan", self.not_a_number), Sign::None, &Decimal::from(0)),
            Value::Infinite { negative } => {
                let sign = self.sign(*negative, false);
                self.framed(&Text::of("infinity", "∞"), sign, &Decimal::from(0))
            }
            Value::Finite(number) => self.format_finite(number.clone()),
        }
    }

    fn format_finite(&self, mut number: Decimal) -> Text {
        if self.options.style == Style::Percent {
            number.multiply_pow10(2);
        }
        let negative = number.sign == Sign::Negative;
        number.sign = Sign::None;
        // Rounding depends on the sign, so the number keeps its sign until it is rounded.
        let signed = |number: Decimal| if negative { number.with_sign(Sign::Negative) } else { number };
        let (text, rounded) = match (self.options.notation, &self.compact) {
            (Notation::Compact(_), Some(compact)) => {
                compact.format(&signed(number), &self.options.digits, &self.decimal)
            }
            (Notation::Scientific, _) => self.with_exponent(&signed(number), 1),
            (Notation::Engineering, _) => self.with_exponent(&signed(number), 3),
            (Notation::Standard | Notation::Compact(_), _) => {
                let rounded = self.options.digits.rounded(signed(number)).with_sign(Sign::None);
                (self.plain(&rounded), rounded)
            }
        };
        self.framed(&text, self.sign(negative, rounded.absolute.is_zero()), &rounded)
    }

    /// Formats a number's digits without its sign.
    fn plain(&self, number: &Decimal) -> Text {
        Text::written(&self.decimal.format(number))
    }

    fn with_exponent(&self, number: &Decimal, step: i16) -> (Text, Decimal) {
        let exponent_of = |number: &Decimal| {
            if number.absolute.is_zero() {
                0
            } else {
                number.absolute.nonzero_magnitude_start().div_euclid(step) * step
            }
        };
        let scaled = |exponent: i16| {
            let mut scaled = number.clone();
            scaled.multiply_pow10(-exponent);
            self.options.digits.rounded(scaled)
        };
        let mut exponent = exponent_of(number);
        let mut mantissa = scaled(exponent);
        // Rounding may have turned 9.99 into 10.
        if exponent_of(&mantissa) > 0 {
            exponent += step;
            mantissa = scaled(exponent);
        }
        let mantissa = mantissa.with_sign(Sign::None);
        let mut text = self.plain(&mantissa);
        text.push("exponentSeparator", self.exponent);
        if exponent < 0 {
            text.push("exponentMinusSign", self.signed(&Text::default(), Sign::Negative).as_str());
        }
        text.push("exponentInteger", self.plain(&Decimal::from(exponent.unsigned_abs())).as_str());
        (text, mantissa)
    }

    fn sign(&self, negative: bool, zero: bool) -> Sign {
        match (self.options.sign, negative, zero) {
            (SignDisplay::Never, ..)
            | (SignDisplay::Auto | SignDisplay::Negative, false, _)
            | (SignDisplay::Negative | SignDisplay::ExceptZero, _, true) => Sign::None,
            (_, true, _) => Sign::Negative,
            (SignDisplay::Always | SignDisplay::ExceptZero, false, _) => Sign::Positive,
        }
    }

    /// Adds the sign and the text around a number.
    fn framed(&self, number: &Text, sign: Sign, rounded: &Decimal) -> Text {
        match &self.frame {
            Frame::Nothing => self.signed(number, sign),
            Frame::Percent(percent) => percent.around(number, sign),
            Frame::Currency(currency) => {
                let (text, left) = currency.around(number, sign, &self.plurals, rounded);
                self.signed(&text, left)
            }
            // A unit's pattern has no place for the sign, which belongs to the number.
            Frame::Unit(units) => units.around(&self.signed(number, sign), rounded, &self.plurals),
        }
    }

    /// Adds the sign before a text, or where the language puts it.
    fn signed(&self, text: &Text, sign: Sign) -> Text {
        if sign == Sign::None {
            return text.clone();
        }
        let one = Text::written(&self.decimal.format(&Decimal::from(1).with_sign(sign)));
        let mut whole = Text::default();
        for (kind, piece) in one.pieces() {
            if kind == "integer" {
                text.pieces().for_each(|(kind, piece)| whole.push(kind, piece));
            } else {
                whole.push(kind, piece);
            }
        }
        whole
    }
}

/// Splits the literals of a pattern: signs and percent signs in them are parts of their own.
fn split_signs(literal: &str, out: &mut Text) {
    for sign in literal.chars() {
        let kind: Kind = match sign {
            '-' | '\u{2212}' => "minusSign",
            '+' => "plusSign",
            '%' | '\u{66a}' | '\u{200e}' | '\u{200f}' | '\u{61c}' if literal.contains(['%', '\u{66a}']) => {
                "percentSign"
            }
            _ => LITERAL,
        };
        out.push(kind, sign.encode_utf8(&mut [0; 4]));
    }
}
