//! Floats in the formats of Go's `strconv.FormatFloat`, for numbers without a sign.

use crate::decimal::{Decimal, parts};

/// `number`, which is not negative, in the format `verb`; without a precision, in as few digits as
/// tell it from all others.
pub(super) fn format(number: f64, verb: char, precision: Option<usize>) -> String {
    match verb {
        'e' | 'E' => {
            let (mut digits, exponent) = decimal(number, precision.map(|p| p + 1));
            let wanted = precision.map_or(digits.len(), |p| p + 1);
            digits.extend(std::iter::repeat_n(
                '0',
                wanted.saturating_sub(digits.len()),
            ));
            scientific(&digits, exponent, verb)
        }
        'f' => {
            let precision = precision.unwrap_or(0);
            let exact = Decimal::exact(number);
            let places = i32::try_from(precision).unwrap_or(i32::MAX);
            exact
                .rounded(exact.point.saturating_add(places))
                .plain(precision)
        }
        'b' => {
            let (mantissa, exponent) = parts(number);
            format!("{mantissa}p{exponent:+}")
        }
        'x' | 'X' => hexadecimal(number, verb, precision),
        _ => general(number, verb, precision),
    }
}

/// The format `g`: scientific for large exponents, plain for others, without zeros at the end.
fn general(number: f64, verb: char, precision: Option<usize>) -> String {
    let precision = precision.map(|p| p.max(1));
    let (digits, exponent) = decimal(number, precision);
    let digits = digits.trim_end_matches('0');
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let limit = match precision.map(|p| i32::try_from(p).unwrap_or(i32::MAX)) {
        // Go's choice where no precision is asked for.
        None => 6,
        Some(p) if p > count && count > exponent => count,
        Some(p) => p,
    };
    if number != 0.0 && (exponent < -4 || exponent >= limit) {
        let verb = if verb == 'G' { 'E' } else { 'e' };
        return scientific(digits, exponent, verb);
    }
    if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        return if digits.is_empty() {
            "0".to_owned()
        } else {
            format!("0.{zeros}{digits}")
        };
    }
    let whole = usize::try_from(exponent).unwrap_or(0) + 1;
    match digits.split_at_checked(whole) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits:0<whole$}"),
    }
}

/// The digits of `number`, at most `count`, and the power of ten of the first.
fn decimal(number: f64, count: Option<usize>) -> (String, i32) {
    let decimal = match count {
        Some(count) => Decimal::exact(number).rounded(i32::try_from(count).unwrap_or(i32::MAX)),
        None => Decimal::shortest(number),
    };
    let exponent = if decimal.digits.is_empty() {
        0
    } else {
        decimal.point - 1
    };
    (decimal.digits, exponent)
}

fn scientific(digits: &str, exponent: i32, verb: char) -> String {
    let (first, rest) = digits.split_at_checked(1).unwrap_or(("0", ""));
    let point = if rest.is_empty() { "" } else { "." };
    format!("{first}{point}{rest}{verb}{exponent:+03}")
}

/// A hexadecimal mantissa with one digit before the point, and a power of two.
fn hexadecimal(number: f64, verb: char, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(number);
    exponent += 52;
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros().saturating_sub(11);
        mantissa <<= shift;
        exponent -= i32::try_from(shift).unwrap_or(0);
    }
    // 13 digits hold the 52 bits behind the point.
    if let Some(kept) = precision.filter(|p| *p < 13) {
        let dropped = 4 * (13 - kept);
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & ((1 << dropped) - 1);
        mantissa >>= dropped;
        // A tie goes to the even neighbour.
        if rest > half || rest == half && mantissa & 1 == 1 {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> 53 == 1 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let (first, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    let mut digits = format!("{fraction:013x}");
    match precision {
        Some(precision) if precision <= digits.len() => digits.truncate(precision),
        Some(precision) => digits.push_str(&"0".repeat(precision - digits.len())),
        None => digits.truncate(digits.trim_end_matches('0').len()),
    }
    let point = if digits.is_empty() { "" } else { "." };
    let text = format!("0x{first}{point}{digits}p{exponent:+03}");
    if verb == 'X' {
        text.to_ascii_uppercase()
    } else {
        text
    }
}

/// What the flag `#` makes of a formatted float: it has a point, and `g` keeps its zeros.
pub(super) fn with_point(text: &str, verb: char, precision: Option<usize>) -> String {
    let marks: &[char] = match verb {
        'x' | 'X' => &['p', 'P'],
        _ => &['e', 'E'],
    };
    let (number, exponent) = text.split_at(text.find(marks).unwrap_or(text.len()));
    let mut out = number.to_owned();
    if !number.contains('.') {
        out.push('.');
    }
    if matches!(verb, 'g' | 'G' | 'x') {
        // Digits count from the first that is not zero; a lone zero counts too.
        let significant = number.chars().filter(|c| *c != '.');
        let counted = match number {
            "0" => 1,
            _ => significant.skip_while(|c| *c == '0').count(),
        };
        let wanted = precision.unwrap_or(6);
        out.push_str(&"0".repeat(wanted.saturating_sub(counted)));
    }
    out.push_str(exponent);
    out
}
