//! Values of arithmetic expressions. Two formulas of the same value at several points are one formula.
//!
//! Unknowns stand for fixed odd values, so that what is equal is equal for a reason. Nothing here is
//! exact, so it is asked only where a number cannot be read exactly.

use super::quantity::close;

/// The longest expression that is evaluated, in bytes.
pub(super) const LENGTH_MAX: usize = 400;
/// How deep brackets may stand in each other.
const DEPTH_MAX: usize = 40;
/// At how many points formulas are compared.
const POINTS: usize = 3;

/// What a formula is worth at each point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Samples {
    at: [f64; POINTS],
    unknowns: bool,
}

impl Samples {
    /// The value, when no unknown is in it.
    pub(super) fn constant(&self) -> Option<f64> {
        (!self.unknowns).then(|| self.at.first().copied()).flatten()
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        let mut pairs = self.at.iter().zip(other.at.iter());
        pairs.all(|(a, b)| close(*a, *b))
    }
}

/// Evaluates a plain infix expression; `None` when it is none, or when it has no value.
#[must_use]
pub fn samples(text: &str) -> Option<Samples> {
    if text.len() > LENGTH_MAX || text.trim().is_empty() {
        return None;
    }
    let tokens = tokens(text)?;
    let unknowns = tokens
        .iter()
        .any(|token| matches!(token, Token::Unknown(_)));
    let mut at = [0.0; POINTS];
    for (point, slot) in at.iter_mut().enumerate() {
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
            point,
            depth: 0,
        };
        let value = reader.sum()?;
        if reader.at != tokens.len() || !value.is_finite() {
            return None;
        }
        *slot = value;
    }
    Some(Samples { at, unknowns })
}

#[derive(Debug, Clone, Copy)]
enum Token {
    Number(f64),
    Constant(f64),
    Unknown(char),
    Function(fn(f64) -> f64),
    Sign(char),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() || c == '.' {
            let length = rest
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b'.')
                .count();
            found.push(Token::Number(rest.get(..length)?.parse().ok()?));
            length
        } else if c.is_ascii_alphabetic() {
            let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            named(rest.get(..length)?, &mut found)?;
            length
        } else {
            let sign = match c {
                '+' | '-' | '*' | '/' | '^' | '(' | ')' | '!' => c,
                // Between a whole number and its fraction.
                '\u{1}' => '\u{1}',
                '[' => '(',
                ']' => ')',
                _ => return None,
            };
            if sign == '*' && rest.starts_with("**") {
                found.push(Token::Sign('^'));
                2
            } else {
                found.push(Token::Sign(sign));
                c.len_utf8()
            }
        };
        rest = rest.get(length..)?.trim_start();
    }
    Some(found)
}

/// A word is a function, a constant, or one or two unknowns; longer words are prose.
fn named(word: &str, found: &mut Vec<Token>) -> Option<()> {
    found.push(match word {
        "sqrt" => Token::Function(f64::sqrt),
        "sin" => Token::Function(f64::sin),
        "cos" => Token::Function(f64::cos),
        "tan" => Token::Function(f64::tan),
        "arcsin" => Token::Function(f64::asin),
        "arccos" => Token::Function(f64::acos),
        "arctan" => Token::Function(f64::atan),
        "ln" => Token::Function(f64::ln),
        "exp" => Token::Function(f64::exp),
        "abs" => Token::Function(f64::abs),
        "pi" => Token::Constant(std::f64::consts::PI),
        // Words between numbers, not products of two unknowns.
        "or" | "to" | "in" | "of" | "at" | "by" | "is" | "on" | "as" => return None,
        word if word.len() <= 2 => {
            found.extend(word.chars().map(Token::Unknown));
            return Some(());
        }
        _ => return None,
    });
    Some(())
}

/// A fixed odd value between one and three for each letter, another one at each point: the last step of
/// splitmix64, so that no letter is worth what is reckoned from its neighbours.
fn unknown(letter: char, point: usize) -> f64 {
    let seed = (u64::from(letter) << 8) | (point as u64 + 1);
    let mut hash = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let share = f64::from(u32::try_from(hash >> 32).unwrap_or_default()) / f64::from(u32::MAX);
    1.0 + 2.0 * share
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    point: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn takes(&mut self, sign: char) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(next)) if next == sign);
        self.at += usize::from(is);
        is
    }

    fn sum(&mut self) -> Option<f64> {
        let mut total = self.product()?;
        loop {
            if self.takes('+') {
                total += self.product()?;
            } else if self.takes('-') {
                total -= self.product()?;
            } else {
                return Some(total);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut total = self.signed()?;
        loop {
            if self.takes('*') {
                total *= self.signed()?;
            } else if self.takes('/') {
                total /= self.signed()?;
            } else if self.takes('\u{1}') {
                let part = self.signed()?;
                total += if total < 0.0 { -part } else { part };
            } else if matches!(
                self.peek(),
                Some(
                    Token::Number(_)
                        | Token::Constant(_)
                        | Token::Unknown(_)
                        | Token::Function(_)
                        | Token::Sign('(')
                )
            ) {
                // `2 3` is no product, nor is `x 3`: a number stands before what it multiplies.
                let number = matches!(self.peek(), Some(Token::Number(_)));
                let before = self
                    .at
                    .checked_sub(1)
                    .and_then(|at| self.tokens.get(at).copied());
                if number && !matches!(before, Some(Token::Sign(')' | '!'))) {
                    return None;
                }
                total *= self.powered()?;
            } else {
                return Some(total);
            }
        }
    }

    fn signed(&mut self) -> Option<f64> {
        let mut sign = 1.0;
        loop {
            if self.takes('-') {
                sign = -sign;
            } else if !self.takes('+') {
                return self.powered().map(|value| sign * value);
            }
        }
    }

    fn powered(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut base = self.atom()?;
        while self.takes('!') {
            base = factorial(base)?;
        }
        let value = if self.takes('^') {
            let minus = self.takes('-');
            let power = self.powered()?;
            base.powf(if minus { -power } else { power })
        } else {
            base
        };
        self.depth -= 1;
        Some(value)
    }

    fn atom(&mut self) -> Option<f64> {
        let token = self.peek()?;
        self.at += 1;
        match token {
            Token::Number(value) | Token::Constant(value) => Some(value),
            Token::Unknown(letter) => Some(unknown(letter, self.point)),
            Token::Function(function) => self.powered().map(function),
            Token::Sign('(') => {
                let inner = self.sum()?;
                self.takes(')').then_some(inner)
            }
            Token::Sign(_) => None,
        }
    }
}

fn factorial(value: f64) -> Option<f64> {
    if !(0.0..=60.0).contains(&value) || value.fract() != 0.0 {
        return None;
    }
    let mut total = 1.0;
    let mut factor = value;
    while factor > 1.0 {
        total *= factor;
        factor -= 1.0;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::samples;

    fn same(a: &str, b: &str) -> bool {
        match (samples(a), samples(b)) {
            (Some(a), Some(b)) => a.same(&b),
            _ => false,
        }
    }

    #[test]
    fn equal_formulas_have_equal_values() {
        for (a, b) in [
            ("1+2*3", "7"),
            ("(x+1)^2", "x^2+2x+1"),
            ("2 sqrt(3)", "sqrt(12)"),
            ("-2^2", "-4"),
            ("2^-1", "0.5"),
            ("5!", "120"),
            ("2pi", "pi*2"),
            ("3(2)", "6"),
            ("1\u{1}((1)/(2))", "1.5"),
            ("-1\u{1}((1)/(2))", "-1.5"),
            ("2**3", "8"),
            ("ab", "b a"),
            ("(x)2", "2x"),
            ("3!2", "12"),
        ] {
            assert!(same(a, b), "{a} is {b}");
        }
    }

    #[test]
    fn others_do_not() {
        for (a, b) in [
            ("x+1", "y+1"),
            ("x^2", "x^3"),
            ("sqrt(2)", "1.414"),
            ("2x", "x^2"),
        ] {
            assert!(!same(a, b), "{a} is not {b}");
        }
    }

    #[test]
    fn no_two_pairs_of_letters_are_worth_the_same() {
        let letters = || 'a'..='z';
        let pairs = letters().flat_map(|a| letters().map(move |b| (a, b)));
        let worth = |text: &str| samples(text).unwrap();
        let sums: Vec<_> = pairs
            .clone()
            .filter(|(a, b)| a <= b)
            .map(|(a, b)| worth(&format!("{a}+{b}")))
            .collect();
        let differences: Vec<_> = pairs
            .filter(|(a, b)| a != b)
            .map(|(a, b)| worth(&format!("{a}-{b}")))
            .collect();
        for all in [sums, differences] {
            for (at, one) in all.iter().enumerate() {
                let twin = all.iter().skip(at + 1).find(|other| one.same(other));
                assert_eq!(twin, None, "{one:?}");
            }
        }
    }

    #[test]
    fn what_is_no_formula_has_no_value() {
        for text in [
            "",
            "the cat",
            "1 2",
            "5 to 6",
            "x2",
            "2 or x",
            "1/0",
            "(1",
            "1)",
            "1.2.3",
            "well-known",
            "+",
            "x=1",
            "sqrt(-1)",
        ] {
            assert_eq!(samples(text), None, "{text}");
        }
        assert_eq!(samples(&"(".repeat(300)), None);
        assert_eq!(samples(&"-".repeat(300)), None);
        assert_eq!(samples(&format!("2{}2", "^2".repeat(150))), None);
    }
}
