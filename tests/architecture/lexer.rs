//! Rust source as words and signs with their lines. Comments, strings and characters are gone, so
//! no rule trips over what is only text.

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// An identifier, a number, or one sign; `::` is one token.
    pub(crate) text: String,
    /// Line, from 1.
    pub(crate) line: usize,
}

/// Splits a source. Unclosed comments and strings reach to the end.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        chars: source.chars().collect(),
        at: 0,
        line: 1,
        tokens: Vec::new(),
    };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == '\n' {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn done(&self) -> bool {
        self.at >= self.chars.len()
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while !self.done() && self.peek(0) != '\n' {
                    self.skip(1);
                }
            }
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.quote(),
            (':', ':') => self.push("::".to_owned(), 2),
            (c, _) if c.is_alphabetic() || c == '_' || c.is_ascii_digit() => self.word(),
            (c, _) if c.is_whitespace() => self.skip(1),
            (c, _) => self.push(c.to_string(), 1),
        }
    }

    fn push(&mut self, text: String, length: usize) {
        let line = self.line;
        self.tokens.push(Token { text, line });
        self.skip(length);
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while !self.done() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => {
                    depth += 1;
                    self.skip(2);
                }
                ('*', '/') => {
                    depth -= 1;
                    self.skip(2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.skip(1),
            }
        }
    }

    fn string(&mut self) {
        self.skip(1);
        while !self.done() && self.peek(0) != '"' {
            self.skip(if self.peek(0) == '\\' { 2 } else { 1 });
        }
        self.skip(1);
    }

    /// `"…"` behind `hashes` signs, in which a backslash is only a backslash.
    fn raw_string(&mut self, hashes: usize) {
        self.skip(1);
        while !self.done() {
            let closed = self.peek(0) == '"' && (1..=hashes).all(|n| self.peek(n) == '#');
            if closed {
                self.skip(1 + hashes);
                return;
            }
            self.skip(1);
        }
    }

    /// A character, or the tick of a lifetime.
    fn quote(&mut self) {
        let is_char = self.peek(1) == '\\' || self.peek(2) == '\'';
        if !is_char {
            self.skip(1);
            return;
        }
        self.skip(1);
        while !self.done() && self.peek(0) != '\'' {
            self.skip(if self.peek(0) == '\\' { 2 } else { 1 });
        }
        self.skip(1);
    }

    fn word(&mut self) {
        let mut length = 0;
        while self.peek(length).is_alphanumeric() || self.peek(length) == '_' {
            length += 1;
        }
        let word: String = self.chars[self.at..self.at + length].iter().collect();
        let mut hashes = 0;
        while self.peek(length + hashes) == '#' {
            hashes += 1;
        }
        let opens = self.peek(length + hashes) == '"';
        match word.as_str() {
            "r" | "br" | "cr" if opens => {
                self.skip(length + hashes);
                self.raw_string(hashes);
            }
            "b" | "c" if opens && hashes == 0 => {
                self.skip(length);
                self.string();
            }
            "b" if self.peek(length) == '\'' => {
                self.skip(length);
                self.quote();
            }
            // `r#type` is the word `type`.
            "r" if hashes == 1 => self.skip(length + hashes),
            _ => self.push(word, length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> String {
        let words: Vec<String> = tokens(source).into_iter().map(|it| it.text).collect();
        words.join(" ")
    }

    #[test]
    fn comments_and_strings_are_gone_and_code_is_kept() {
        assert_eq!(words("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(words(r#"a "b \" c" d"#), "a d");
        assert_eq!(words(r##"a r#"b " c"# d br"x\" e"##), "a d e");
        assert_eq!(
            words("fn f<'a>(x: &'a str) { '\\'' ; 'x' ; b'\"' ; c }"),
            "fn f < a > ( x : & a str ) { ; ; ; c }"
        );
        assert_eq!(
            words("use crate::r#type::{self}"),
            "use crate :: type :: { self }"
        );
        assert_eq!(words("r#\"open"), "");
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let lines: Vec<usize> = tokens("a\n/*\n*/ \"\n\" b\n")
            .iter()
            .map(|it| it.line)
            .collect();
        assert_eq!(lines, [1, 4]);
    }
}
