//! Code in roles: keywords, texts, numbers and comments, line by line.
//!
//! Knows families of languages, no grammar: what it does not know stays plain. A line is read once, from what
//! the line before left open, so code that streams costs as much as its last line. Nothing in it can panic or
//! take longer than the line is long.

mod languages;

use crate::ui::theme::Role;
use languages::{Language, Trait};

/// Reads the lines of one piece of code, in their order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexer {
    language: &'static Language,
    inside: Inside,
}

/// What the line before left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    /// A comment, and how deep.
    Comment(u16),
    /// A text over several lines, up to this.
    Text(&'static str),
}

/// Where each role of a line ends.
type Bits = Vec<(usize, Role)>;

impl Lexer {
    /// For the language that a fence names; none where nothing is known of it.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let language = languages::named(name)?;
        Some(Self {
            language,
            inside: Inside::Nothing,
        })
    }

    /// The roles of the next line.
    pub(crate) fn line(&mut self, line: &str) -> Bits {
        if self.language.has(Trait::Diff) {
            return diff(line);
        }
        let mut bits = Bits::new();
        let mut at = 0;
        while at < line.len() {
            let rest = line.get(at..).unwrap_or_default();
            let (bytes, role) = self.token(rest, line.get(..at).unwrap_or_default());
            let Some(bytes) = bytes else { break };
            at += bytes;
            match bits.last_mut() {
                Some((end, last)) if *last == role => *end = at,
                Some(_) | None => bits.push((at, role)),
            }
        }
        bits
    }

    /// How long the token is with which a text begins, and what it is; never nothing of a text.
    fn token(&mut self, rest: &str, before: &str) -> (Option<usize>, Role) {
        match self.inside {
            Inside::Nothing => {}
            Inside::Comment(depth) => return (Some(self.comment(rest, depth)), Role::Muted),
            Inside::Text(end) => return (Some(self.text(rest, 0, end)), Role::Ok),
        }
        let language = self.language;
        if let Some((open, _)) = language.block
            && rest.starts_with(open)
        {
            let bytes = open.len() + self.comment(rest.get(open.len()..).unwrap_or_default(), 1);
            return (Some(bytes), Role::Muted);
        }
        if is_comment(language, rest, before) {
            return (Some(rest.len()), Role::Muted);
        }
        let several = language.long.iter().find(|it| rest.starts_with(**it));
        if let Some(open) = several {
            return (Some(self.text(rest, open.len(), open)), Role::Ok);
        }
        let Some(first) = rest.chars().next() else {
            return (None, Role::Text);
        };
        if language.quotes.contains(first) && !(first == '\'' && is_lifetime(language, rest)) {
            return (Some(quoted(rest, first)), Role::Ok);
        }
        if first.is_ascii_digit() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            return (Some(while_so(rest, is_part)), Role::Badge);
        }
        if is_word(first) {
            let bytes = while_so(rest, |c| {
                is_word(c) || language.has(Trait::Dashes) && c == '-'
            });
            let word = rest.get(..bytes).unwrap_or_default();
            return (Some(bytes), self.word(word, rest.get(bytes..)));
        }
        (Some(first.len_utf8()), Role::Text)
    }

    /// What a word is. What stands before a colon of a settings file is its key.
    fn word(&self, word: &str, after: Option<&str>) -> Role {
        let language = self.language;
        let known = if language.has(Trait::AnyCase) {
            let small = word.to_ascii_lowercase();
            language.knows(&small)
        } else {
            language.knows(word)
        };
        let after = after.unwrap_or_default().trim_start();
        let is_key =
            language.has(Trait::Keyed) && (after.starts_with(':') || after.starts_with('='));
        if known || is_key {
            Role::Accent
        } else {
            Role::Text
        }
    }

    /// The bytes of a comment up to its end, or up to that of the line.
    fn comment(&mut self, rest: &str, depth: u16) -> usize {
        let Some((open, close)) = self.language.block else {
            return rest.len();
        };
        let (mut at, mut depth) = (0, depth);
        while depth > 0 {
            let here = rest.get(at..).unwrap_or_default();
            if here.starts_with(close) {
                depth -= 1;
                at += close.len();
            } else if self.language.has(Trait::Nests) && here.starts_with(open) {
                depth = depth.saturating_add(1);
                at += open.len();
            } else if let Some(c) = here.chars().next() {
                at += c.len_utf8();
            } else {
                self.inside = Inside::Comment(depth);
                return at;
            }
        }
        self.inside = Inside::Nothing;
        at
    }

    /// The bytes of a text over several lines, of which so many open it.
    fn text(&mut self, rest: &str, opened: usize, end: &'static str) -> usize {
        let inside = rest.get(opened..).unwrap_or_default();
        if let Some(at) = inside.find(end) {
            self.inside = Inside::Nothing;
            opened + at + end.len()
        } else {
            self.inside = Inside::Text(end);
            rest.len()
        }
    }
}

/// Whether the rest of the line is a comment. A mark in the middle of a word is none.
fn is_comment(language: &Language, rest: &str, before: &str) -> bool {
    let begins = language.comments.iter().any(|mark| rest.starts_with(mark));
    let apart = before.chars().next_back().is_none_or(char::is_whitespace);
    begins && (apart || !rest.starts_with('#'))
}

/// Whether a quote begins the name of a lifetime, not a letter: `'a` without a quote behind it.
fn is_lifetime(language: &Language, rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    let (first, second) = (chars.next(), chars.next());
    language.has(Trait::Lifetimes) && first != Some('\\') && second != Some('\'')
}

/// The bytes of a text in quotes, up to the end of the line at most.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

fn while_so(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn diff(line: &str) -> Bits {
    let role = match line.bytes().next() {
        Some(b'+') => Role::Ok,
        Some(b'-') => Role::Error,
        Some(b'@') => Role::Accent,
        Some(_) | None => Role::Text,
    };
    vec![(line.len(), role)]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    /// The pieces that are not plain, each with the first letter of what it is.
    fn told(language: &str, code: &str) -> String {
        let marks = [
            (Role::Accent, 'K'),
            (Role::Ok, 'S'),
            (Role::Badge, 'N'),
            (Role::Muted, 'C'),
            (Role::Error, 'E'),
        ];
        let mut lexer = Lexer::of(language).unwrap();
        let mut out = Vec::new();
        for line in code.lines() {
            let mut from = 0;
            for (to, role) in lexer.line(line) {
                let piece = line[from..to].trim();
                let mark = marks.iter().find(|(it, _)| *it == role);
                if let Some((_, mark)) = mark.filter(|_| !piece.is_empty()) {
                    out.push(format!("{mark}({piece})"));
                }
                from = to;
            }
        }
        out.join(" ")
    }

    #[test]
    fn what_code_is_made_of() {
        assert_eq!(
            told(
                "rust",
                "pub fn f<'a>(x: &'a str) -> u8 { // why\n  let c = '\\''; \"a \\\" b\" /* one /* two */\n three */ 0x_ff }"
            ),
            "K(pub) K(fn) C(// why) K(let) S('\\'') S(\"a \\\" b\") C(/* one /* two */) C(three */) N(0x_ff)"
        );
        assert_eq!(
            told(
                "Python",
                "def f():  # note\n  \"\"\"doc\n  more\"\"\"\n  return 'x' + f\"y\"\na#b"
            ),
            "K(def) C(# note) S(\"\"\"doc) S(more\"\"\") K(return) S('x') S(\"y\")"
        );
        assert_eq!(
            told("sql", "Select a FROM b -- note"),
            "K(Select) K(FROM) C(-- note)"
        );
        assert_eq!(
            told("diff", "@@ 1 @@\n+new\n-old\n same"),
            "K(@@ 1 @@) S(+new) E(-old)"
        );
        assert_eq!(told("toml", "[a]\nkey = 12 # why"), "K(key) N(12) C(# why)");
        assert_eq!(
            told("ts", "const s = `a\nb`; // `"),
            "K(const) S(`a) S(b`) C(// `)"
        );
        assert!(Lexer::of("klingon").is_none() && Lexer::of("").is_none());
    }

    proptest! {
        #[test]
        fn any_line_is_covered_from_end_to_end(
            lines in proptest::collection::vec("[a-z0-9'\"`/*#\\\\ 日é<>!-]{0,40}", 1..6),
            language in proptest::sample::select(vec!["rust", "py", "js", "sh", "sql", "html", "lua", "diff", "json"]),
        ) {
            let mut lexer = Lexer::of(language).unwrap();
            for line in &lines {
                let bits = lexer.line(line);
                let mut from = 0;
                for (to, _) in &bits {
                    prop_assert!(*to > from || line.is_empty(), "{bits:?}");
                    prop_assert!(line.is_char_boundary(*to));
                    from = *to;
                }
                prop_assert_eq!(from, line.len());
            }
        }
    }
}
