//! Literals of Python and JSON: numbers, strings in either quote, lists, tuples, sets, dictionaries,
//! `None`, `null`, `True`, `true`. The order of keys and of set members says nothing.

use std::fmt;

use super::digits::number;
use super::number::Number;

/// How deep collections may stand in each other.
const DEPTH_MAX: usize = 64;

/// A literal in normal form.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `None` or `null`.
    Nothing,
    /// `True` or `true`, `False` or `false`.
    Truth(bool),
    /// A number; whole ones and floats of the same value are one.
    Number(Number),
    /// A string.
    Text(String),
    /// Bytes, as they are written between the quotes.
    Bytes(String),
    /// A list.
    List(Vec<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// A set, sorted.
    Set(Vec<Self>),
    /// A dictionary, sorted by key; of two equal keys the later one counts.
    Dictionary(Vec<(Self, Self)>),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, open: &str, items: &[Self], close: &str| {
            f.write_str(open)?;
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{item}")?;
            }
            f.write_str(close)
        };
        match self {
            Self::Nothing => f.write_str("null"),
            Self::Truth(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => match serde_json::to_string(text) {
                Ok(quoted) => f.write_str(&quoted),
                Err(_) => f.write_str(text),
            },
            Self::Bytes(text) if text.contains('"') => write!(f, "b'{text}'"),
            Self::Bytes(text) => write!(f, "b\"{text}\""),
            Self::List(items) => list(f, "[", items, "]"),
            Self::Tuple(items) => list(f, "(", items, ")"),
            Self::Set(items) => list(f, "set{", items, "}"),
            Self::Dictionary(pairs) => {
                f.write_str("{")?;
                for (at, (key, value)) in pairs.iter().enumerate() {
                    if at > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{key}:{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

impl Literal {
    /// Whether two literals are one. A field has quotes of its own, so whether `800` in it is a number
    /// or a string nobody can tell: a string is also what it says without its quotes.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let is = |text: &str, value: &Self| literal(text).is_some_and(|bare| bare == *value);
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Text(text), value) | (value, Self::Text(text)) => is(text, value),
            (a, b) => a == b,
        }
    }
}

impl From<&serde_json::Value> for Literal {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(value) => Self::Truth(*value),
            Value::Number(value) => {
                let text = value.to_string();
                number(&text).map_or(Self::Text(text), |value| Self::Number(value.exactly()))
            }
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(pairs) => dictionary(
                pairs
                    .iter()
                    .map(|(key, value)| (Self::Text(key.clone()), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

fn dictionary(pairs: Vec<(Literal, Literal)>) -> Literal {
    let mut keyed: Vec<(String, (Literal, Literal))> = pairs
        .into_iter()
        .map(|pair| (pair.0.to_string(), pair))
        .collect();
    // The last of equal keys comes first, and is kept.
    keyed.reverse();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.dedup_by(|later, first| later.0 == first.0);
    Literal::Dictionary(keyed.into_iter().map(|(_, pair)| pair).collect())
}

fn set(items: Vec<Literal>) -> Literal {
    let mut keyed: Vec<(String, Literal)> = items
        .into_iter()
        .map(|item| (item.to_string(), item))
        .collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.dedup_by(|a, b| a.0 == b.0);
    Literal::Set(keyed.into_iter().map(|(_, item)| item).collect())
}

/// Reads a text that is a literal and nothing else.
#[must_use]
pub fn literal(text: &str) -> Option<Literal> {
    let (value, rest) = beginning(text)?;
    rest.trim().is_empty().then_some(value)
}

/// Reads the literal that a text begins with, and returns what comes after it.
#[must_use]
pub fn beginning(text: &str) -> Option<(Literal, &str)> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    Some((value, reader.rest))
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, mark: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else {
            return false;
        };
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if ends {
            self.rest = rest;
        }
        ends
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.blanks();
        for (word, value) in [
            ("None", Literal::Nothing),
            ("null", Literal::Nothing),
            ("True", Literal::Truth(true)),
            ("true", Literal::Truth(true)),
            ("False", Literal::Truth(false)),
            ("false", Literal::Truth(false)),
        ] {
            if self.word(word) {
                return Some(value);
            }
        }
        match self.rest.chars().next()? {
            '[' => self
                .items('[', ']', depth)
                .map(|(items, _)| Literal::List(items)),
            '(' => {
                let (mut items, comma) = self.items('(', ')', depth)?;
                match items.len() {
                    // `(1)` is one, `(1,)` a tuple.
                    1 if !comma => items.pop(),
                    _ => Some(Literal::Tuple(items)),
                }
            }
            '{' => self.braces(depth),
            '\'' | '"' => self.strings(),
            'b' if self.rest.starts_with(['\'', '"'])
                || self
                    .rest
                    .get(1..)
                    .is_some_and(|r| r.starts_with(['\'', '"'])) =>
            {
                self.rest = self.rest.get(1..)?;
                let from = self.rest;
                self.string(true)?;
                let length = from.len() - self.rest.len();
                Some(Literal::Bytes(from.get(1..length - 1)?.to_owned()))
            }
            's' if self.rest.starts_with("set(") => self.called("set", depth).map(set),
            'f' if self.rest.starts_with("frozenset(") => self.called("frozenset", depth).map(set),
            '0'..='9' | '-' | '+' | '.' => self.number(),
            _ => None,
        }
    }

    /// The list within `set([…])` or `set()`.
    fn called(&mut self, name: &str, depth: usize) -> Option<Vec<Literal>> {
        self.rest = self.rest.get(name.len()..)?;
        let (items, _) = self.items('(', ')', depth)?;
        match items.as_slice() {
            [] => Some(Vec::new()),
            [Literal::List(inner) | Literal::Set(inner) | Literal::Tuple(inner)] => {
                Some(inner.clone())
            }
            _ => None,
        }
    }

    fn items(&mut self, open: char, close: char, depth: usize) -> Option<(Vec<Literal>, bool)> {
        if !self.takes(open) {
            return None;
        }
        let mut items = Vec::new();
        let mut comma = false;
        while !self.takes(close) {
            if !items.is_empty() && !comma {
                return None;
            }
            items.push(self.value(depth + 1)?);
            comma = self.takes(',');
        }
        Some((items, comma))
    }

    fn braces(&mut self, depth: usize) -> Option<Literal> {
        if !self.takes('{') {
            return None;
        }
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
        let mut comma = true;
        while !self.takes('}') {
            if !comma {
                return None;
            }
            let key = self.value(depth + 1)?;
            if self.takes(':') {
                pairs.push((key, self.value(depth + 1)?));
            } else {
                items.push(key);
            }
            comma = self.takes(',');
        }
        match (items.is_empty(), pairs.is_empty()) {
            (true, _) => Some(dictionary(pairs)),
            (false, true) => Some(set(items)),
            (false, false) => None,
        }
    }

    /// Strings that stand side by side are one.
    fn strings(&mut self) -> Option<Literal> {
        let mut whole = self.string(false)?;
        loop {
            let before = self.rest;
            self.blanks();
            if !self.rest.starts_with(['\'', '"']) {
                self.rest = before;
                return Some(Literal::Text(whole));
            }
            let Some(more) = self.string(false) else {
                self.rest = before;
                return Some(Literal::Text(whole));
            };
            whole.push_str(&more);
        }
    }

    fn string(&mut self, raw: bool) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let triple: String = [quote; 3].iter().collect();
        let close = if self.rest.starts_with(&triple) && self.rest.len() >= 6 {
            triple
        } else {
            quote.to_string()
        };
        let body = self.rest.get(close.len()..)?;
        let mut out = String::new();
        let mut at = 0;
        while let Some(c) = body.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = body.get(at..)?;
            if rest.starts_with(&close) {
                self.rest = rest.get(close.len()..)?;
                return Some(out);
            }
            if c == '\\' && !raw {
                at += escape(rest, &mut out)?;
            } else if c == '\\' {
                let next = rest.chars().nth(1)?;
                out.push(c);
                out.push(next);
                at += 1 + next.len_utf8();
            } else {
                out.push(c);
                at += c.len_utf8();
            }
        }
        None
    }

    fn number(&mut self) -> Option<Literal> {
        let length = self
            .rest
            .bytes()
            .enumerate()
            .take_while(|(at, b)| {
                let before = at
                    .checked_sub(1)
                    .and_then(|at| self.rest.as_bytes().get(at));
                b.is_ascii_digit()
                    || matches!(b, b'.' | b'e' | b'E' | b'_')
                    || (matches!(b, b'-' | b'+') && matches!(before, None | Some(b'e' | b'E')))
            })
            .count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        if rest.starts_with(|c: char| c.is_alphanumeric()) {
            return None;
        }
        // `007` is a name, no number.
        let bare = digits.trim_start_matches(['-', '+']);
        if bare.starts_with('0') && bare.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let value = number(&digits.replace('_', ""))?;
        self.rest = rest;
        Some(Literal::Number(value.exactly()))
    }
}

/// Reads an escape of a string at the beginning of `text`, and returns how long it is.
fn escape(text: &str, out: &mut String) -> Option<usize> {
    let c = text.get(1..)?.chars().next()?;
    let coded = |digits: usize| {
        let hex = text.get(2..2 + digits)?;
        let code = u32::from_str_radix(hex, 16).ok()?;
        Some((char::from_u32(code)?, 2 + digits))
    };
    let (plain, length) = match c {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        '0' => ('\0', 2),
        'a' => ('\u{7}', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'v' => ('\u{b}', 2),
        '\\' | '\'' | '"' | '/' => (c, 2),
        '\n' => return Some(2),
        'x' => coded(2).unwrap_or(('\\', 1)),
        'u' => coded(4).unwrap_or(('\\', 1)),
        'U' => coded(8).unwrap_or(('\\', 1)),
        _ => ('\\', 1),
    };
    out.push(plain);
    Some(length)
}

/// What a text without quotes means as a string: `\n` and `\t` are the characters that they name.
#[must_use]
pub fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest
            .chars()
            .nth(1)
            .filter(|next| matches!(next, 'n' | 't' | '\\' | '\'' | '"'));
        let length = match named {
            Some(_) if c == '\\' => escape(rest, &mut out).unwrap_or(1),
            Some(_) | None => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{literal, unquoted};

    fn same(a: &str, b: &str) -> bool {
        match (literal(a), literal(b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }

    #[test]
    fn the_same_literal_has_many_spellings() {
        for (a, b) in [
            ("[1, 2]", "[1,2,]"),
            ("'a'", "\"a\""),
            ("{'a': 1, \"b\": None}", "{\"b\": null, 'a': 1}"),
            ("{1, 2}", "{2, 1, 1}"),
            ("set()", "set([])"),
            ("set([1, 2])", "{2, 1}"),
            ("frozenset({1})", "{1}"),
            ("[set((1, 2)), 3]", "[{2, 1}, 3]"),
            ("(1,)", "(1, )"),
            ("(5)", "5"),
            ("True", "true"),
            ("8.50", "8.5"),
            ("5", "5.0"),
            ("'\\x41\\u0042'", "'AB'"),
            ("'a' 'b'", "'ab'"),
            ("'''a\"b'''", "'a\"b'"),
            ("b'a'", "b\"a\""),
            ("1e3", "1000"),
            ("{'a': 1, 'a': 2}", "{'a': 2}"),
            ("  [ ]  ", "[]"),
        ] {
            assert!(same(a, b), "{a} is {b}");
        }
    }

    #[test]
    fn different_literals_stay_apart() {
        for (a, b) in [
            ("[1]", "(1,)"),
            ("{}", "set()"),
            ("'1'", "1"),
            ("[1, 2]", "[2, 1]"),
            ("'a'", "'a '"),
            ("''", "' '"),
            ("{1: 2}", "{'1': 2}"),
            ("True", "1"),
            ("None", "False"),
            ("b'a'", "'a'"),
            ("'\\n'", "'n'"),
        ] {
            assert!(!same(a, b), "{a} is not {b}");
            assert!(literal(a).is_some() && literal(b).is_some(), "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_literal_is_none() {
        for text in [
            "",
            "abc",
            "[1, 2",
            "[1 2]",
            "'a",
            "{1: 2, 3}",
            "1, 2",
            "Nonesuch",
            "[,]",
            "1.2.3",
            "b",
            "0x10",
        ] {
            assert_eq!(literal(text), None, "{text}");
        }
        for opening in ["[", "{", "(", "set(", "frozenset(", "[set("] {
            assert_eq!(literal(&opening.repeat(100_000)), None);
        }
    }

    #[test]
    fn text_without_quotes_keeps_its_blanks() {
        assert_eq!(unquoted(" a\\nb "), " a\nb ");
        assert_eq!(unquoted("\\foo\\"), "\\foo\\");
    }
}
