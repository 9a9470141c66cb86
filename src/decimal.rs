//! Between 64-bit floats and decimal digits, exactly.
//!
//! The standard library does the same, faster, with 40 KB of tables and code that every host would
//! load for the few numbers of a configuration.

use std::cmp::Ordering;

/// More digits than any float has, or any number halfway between two.
const MOST_DIGITS: usize = 770;

/// A number that is not negative: `0.DIGITS` times ten to the power of `point`. The first digit and
/// the last are not zero; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// In ASCII.
    pub(crate) digits: String,
    pub(crate) point: i32,
}

impl Decimal {
    fn new(digits: &str, point: i64) -> Self {
        let significant = digits.trim_start_matches('0');
        let zeros = digits.len() - significant.len();
        let point = point.saturating_sub_unsigned(zeros as u64);
        Self {
            digits: significant.trim_end_matches('0').to_owned(),
            point: match significant {
                "" => 0,
                _ => i32::try_from(point).unwrap_or(if point < 0 { i32::MIN } else { i32::MAX }),
            },
        }
    }

    /// What a text such as `12`, `.5` or `1.5e-3` says.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, power(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        (are_digits(&digits)).then(|| Self::new(&digits, exponent + whole.len() as i64))
    }

    /// All digits of a float without its sign.
    pub(crate) fn exact(number: f64) -> Self {
        let (mantissa, power) = parts(number);
        let mut whole = Whole(Vec::new());
        whole.multiply(0, (mantissa >> 32) as u32);
        whole.multiply(1 << 31, 0);
        whole.multiply(2, mantissa as u32);
        // m / 2^k is m * 5^k / 10^k.
        let places = power.min(0).unsigned_abs();
        whole.scale(5, places);
        whole.scale(2, power.max(0).unsigned_abs());
        let mut chunks = Vec::new();
        while !whole.0.is_empty() {
            chunks.push(format!("{:09}", whole.divide(1_000_000_000)));
        }
        chunks.reverse();
        let digits = chunks.concat();
        Self::new(&digits, digits.len() as i64 - i64::from(places))
    }

    /// The fewest digits that tell a float, without its sign, from all others; of two such numbers
    /// the nearer, and of two as near the even one.
    pub(crate) fn shortest(number: f64) -> Self {
        let text = serde_json::to_string(&number.abs()).unwrap_or_default();
        Self::read(&text).unwrap_or(Self::new("", 0))
    }

    /// The nearest number of so many digits; of two as near the even one.
    pub(crate) fn rounded(&self, count: i32) -> Self {
        let Ok(count) = usize::try_from(count) else {
            return Self::new("", 0);
        };
        let Some((kept, rest)) = self.digits.split_at_checked(count) else {
            return self.clone();
        };
        let odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
        let up = match rest.cmp("5") {
            Ordering::Less => false,
            Ordering::Equal => odd,
            Ordering::Greater => true,
        };
        if !up {
            return Self::new(kept, self.point.into());
        }
        let more = kept.trim_end_matches('9');
        let mut digits = more.to_owned();
        match digits.pop() {
            Some(digit) => digits.push(char::from(digit as u8 + 1)),
            None => return Self::new("1", i64::from(self.point) + 1),
        }
        Self::new(&digits, self.point.into())
    }

    /// Without an exponent, and with at least so many digits behind the point.
    pub(crate) fn plain(&self, places: usize) -> String {
        let zeros = usize::try_from(self.point.saturating_neg()).unwrap_or(0);
        let digits = "0".repeat(zeros) + &self.digits;
        let whole = usize::try_from(self.point).unwrap_or(0);
        let (whole, fraction) = match digits.split_at_checked(whole) {
            Some((whole, fraction)) => (whole.to_owned(), fraction),
            None => (format!("{digits:0<whole$}"), ""),
        };
        let whole = if whole.is_empty() { "0" } else { &whole };
        let zeros = "0".repeat(places.saturating_sub(fraction.len()));
        let point = if fraction.len() + zeros.len() > 0 {
            "."
        } else {
            ""
        };
        [whole, point, fraction, &zeros].concat()
    }

    /// The nearest float, infinity for what is larger than all; of two as near the even one.
    pub(crate) fn value(&self) -> f64 {
        if self.digits.is_empty() || self.point < -330 {
            return 0.0;
        }
        if self.point > 310 {
            return f64::INFINITY;
        }
        let mut numerator = Whole(Vec::new());
        let mut places = self.point;
        for digit in self.digits.bytes().take(MOST_DIGITS) {
            numerator.multiply(10, u32::from(digit - b'0'));
            places -= 1;
        }
        if self.digits.len() > MOST_DIGITS {
            // Which they are makes no difference: they are not zero.
            numerator.multiply(10, 1);
            places -= 1;
        }
        let mut denominator = Whole(vec![1]);
        numerator.scale(10, places.max(0).unsigned_abs());
        denominator.scale(10, places.min(0).unsigned_abs());
        quotient(numerator, denominator)
    }
}

/// The whole number and the power of two that make a float without its sign.
pub(crate) fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    match exponent {
        0 => (fraction, -1074),
        _ => (fraction | (1 << 52), exponent - 1075),
    }
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// An exponent; what is beyond all is as good as the limit.
fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let limited = |sum: i64, digit: u8| (sum * 10 + i64::from(digit - b'0')).min(1_000_000_000);
    let size = are_digits(digits).then(|| digits.bytes().fold(0, limited))?;
    Some(if text.starts_with('-') { -size } else { size })
}

/// The float that is nearest to a quotient of two numbers that are not zero.
fn quotient(mut numerator: Whole, mut denominator: Whole) -> f64 {
    let mut exponent = numerator.bits() - denominator.bits();
    denominator.scale(2, exponent.max(0).unsigned_abs());
    numerator.scale(2, exponent.min(0).unsigned_abs());
    // Both have as many bits: their quotient is between a half and two.
    let mut bits = 0_u64;
    for _ in 0..64 {
        bits <<= 1;
        if numerator.compare(&denominator) != Ordering::Less {
            numerator.subtract(&denominator);
            bits |= 1;
        }
        numerator.multiply(2, 0);
    }
    // The last bit is far behind those that are kept: it stands for all that follow.
    bits |= u64::from(!numerator.0.is_empty());
    let zeros = bits.leading_zeros();
    bits <<= zeros;
    exponent = exponent + 1023 - zeros.cast_signed();
    // 53 bits are kept, fewer of the numbers below the smallest exponent.
    let dropped = 11 + (1 - exponent).clamp(0, 100);
    let wide = u128::from(bits);
    let (mut kept, half) = (wide >> dropped, 1_u128 << (dropped - 1));
    let rest = wide & (2 * half - 1);
    if rest > half || rest == half && kept & 1 == 1 {
        kept += 1;
    }
    // The highest bit that is kept counts the exponent up, and so does a carry.
    let below = u64::from((exponent.max(1) - 1).unsigned_abs()) << 52;
    f64::from_bits((below + kept as u64).min(f64::INFINITY.to_bits()))
}

/// A whole number of any size: its limbs, the lowest first, the highest not zero.
struct Whole(Vec<u32>);

impl Whole {
    fn multiply(&mut self, factor: u32, and_add: u32) {
        let mut carry = u64::from(and_add);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        self.0.push(carry as u32);
        self.trim();
    }

    /// Multiplies by a power of a number up to ten.
    fn scale(&mut self, base: u32, mut exponent: u32) {
        while exponent > 0 {
            let step = exponent.min(9);
            self.multiply(base.pow(step), 0);
            exponent -= step;
        }
    }

    /// Divides, and answers the rest.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut rest = 0;
        for limb in self.0.iter_mut().rev() {
            let part = (rest << 32) | u64::from(*limb);
            *limb = (part / u64::from(divisor)) as u32;
            rest = part % u64::from(divisor);
        }
        self.trim();
        rest as u32
    }

    /// Takes away a number that is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (limb, other) in self.0.iter_mut().zip(others) {
            let (less, one) = limb.overflowing_sub(other);
            let (less, two) = less.overflowing_sub(u32::from(borrow));
            (*limb, borrow) = (less, one || two);
        }
        self.trim();
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_limbs = || self.0.iter().rev().cmp(other.0.iter().rev());
        self.0.len().cmp(&other.0.len()).then_with(by_limbs)
    }

    fn bits(&self) -> i32 {
        let highest = self.0.last().copied().unwrap_or(0);
        (self.0.len() as u32 * 32 - highest.leading_zeros()).cast_signed()
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(number: f64) {
        let number = number.abs();
        let exact = Decimal::exact(number);
        assert_eq!(exact.value().to_bits(), number.to_bits());
        assert_eq!(
            exact.plain(0),
            format!("{number:.1074}")
                .trim_end_matches('0')
                .trim_end_matches('.')
        );
        for places in 0..20 {
            let rounded = exact.rounded(exact.point + places);
            let places = usize::try_from(places).unwrap();
            assert_eq!(rounded.plain(places), format!("{number:.places$}"));
        }
        let shortest = Decimal::shortest(number);
        let text = format!("{number:e}");
        let digits = text.split('e').next().unwrap().replace('.', "");
        assert_eq!(shortest.digits.len(), digits.trim_matches('0').len());
        assert_eq!(shortest.plain(0).parse(), Ok(number));
        let nearest = exact.rounded(shortest.digits.len().try_into().unwrap());
        if nearest.value() == number {
            assert_eq!(shortest, nearest);
        }
    }

    fn read_as_std(text: &str) {
        let read = Decimal::read(text).map(|d| d.value().to_bits());
        assert_eq!(read, text.parse().ok().map(f64::to_bits), "{text}");
    }

    #[test]
    fn at_the_edges() {
        for exponent in (0..0x7ff_u64).step_by(3) {
            let power_of_two = exponent << 52;
            same(f64::from_bits(power_of_two));
            same(f64::from_bits(power_of_two.saturating_sub(1)));
        }
        for number in [0.0, 0.5, 1.5, 2.5, 0.25, 9.5, 99.95, 1e23, 5e-324, f64::MAX] {
            same(number);
        }
        let zeros = "0".repeat(1000);
        for text in [
            "",
            ".",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "1_0",
            "x",
            "1.",
            ".5",
            "1E+5",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "0e99999999999999999999",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "9007199254740993",
            "9007199254740992.99999999999999999999999",
            "2.2250738585072011e-308",
            &format!("9007199254740993.{zeros}1"),
            &format!("0.{zeros}1e1001"),
        ] {
            read_as_std(text);
        }
        // What is halfway between the two smallest floats has the most digits of all.
        let halfway = Decimal::exact(f64::from_bits(3))
            .digits
            .parse::<String>()
            .unwrap();
        read_as_std(&format!("0.{halfway}e-323"));
        read_as_std(&format!("0.{halfway}{zeros}1e-323"));
    }

    proptest! {
        #[test]
        fn as_the_standard_library(bits: u64, whole: u64, digits in 0_u64..100_000, power in -330..330) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                same(number);
            }
            same(whole as f64);
            read_as_std(&format!("{whole}e{power}"));
            read_as_std(&format!("{digits}e{power}"));
            read_as_std(&format!("0.{whole}{digits}{whole}e{power}"));
        }
    }
}
