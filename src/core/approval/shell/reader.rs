//! From the text of a shell to its commands: quotes, operators, redirects and substitutions.

use super::{DEPTH_MAX, Line, Simple, of_text};

/// What the next word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Word,
    /// The file that `<` reads.
    Input,
    /// The file that `>` writes.
    Output,
}

/// How a command hangs together with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Apart,
    Piped,
    Inner,
}

/// Reads one text.
#[derive(Debug)]
pub(super) struct Reader {
    depth: usize,
    line: Line,
    commands: Vec<Simple>,
    words: Vec<String>,
    /// The word being read; an empty one may still be a word, if it was quoted.
    word: Option<String>,
    due: Due,
    next: Next,
}

impl Reader {
    /// Reads `text`: what is known of the whole line, and its commands in order. Commands inside of
    /// double quotes are in the line already.
    pub(super) fn read(text: &str, depth: usize) -> (Line, Vec<Simple>) {
        let mut reader = Self::new(depth);
        reader.take(text);
        reader.end_command(Next::Apart);
        (reader.line, reader.commands)
    }

    fn new(depth: usize) -> Self {
        Self {
            depth,
            line: Line {
                plain: true,
                ..Line::default()
            },
            commands: Vec::new(),
            words: Vec::new(),
            word: None,
            due: Due::Word,
            next: Next::Apart,
        }
    }

    fn take(&mut self, text: &str) {
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                ' ' | '\t' => self.end_word(),
                '\'' => self.single_quoted(&mut rest),
                '"' => self.double_quoted(&mut rest),
                '\\' => match rest.next() {
                    Some(next) if next != '\n' => self.push(next),
                    Some(_) | None => self.line.plain = false,
                },
                '|' => {
                    self.line.plain = false;
                    let alternative = rest.next_if_eq(&'|').is_some();
                    rest.next_if_eq(&'&');
                    self.end_command(if alternative {
                        Next::Apart
                    } else {
                        Next::Piped
                    });
                }
                '&' if rest.peek() == Some(&'>') => self.line.plain = false,
                '>' => {
                    self.redirect(Due::Output);
                    while rest.next_if(|c| matches!(c, '>' | '|' | '&')).is_some() {}
                }
                '<' => {
                    self.redirect(Due::Input);
                    while rest.next_if(|c| matches!(c, '<' | '&' | '-')).is_some() {}
                }
                ';' | '&' | '\n' | '(' | ')' | '`' => {
                    self.line.plain = false;
                    let inner = c == '`' || (c == '(' && self.due == Due::Input);
                    self.end_command(if inner { Next::Inner } else { Next::Apart });
                }
                '$' => {
                    self.line.plain = false;
                    if rest.next_if_eq(&'(').is_some() {
                        self.end_command(Next::Inner);
                    } else {
                        self.push('$');
                    }
                }
                '{' | '}' => {
                    self.line.plain = false;
                    let alone = |c: &char| c.is_whitespace() || ";&|)".contains(*c);
                    if self.word.is_none() && rest.peek().is_none_or(alone) {
                        self.end_command(Next::Apart);
                    } else {
                        self.push(c);
                    }
                }
                '#' if self.word.is_none() => {
                    self.line.plain = false;
                    while rest.next_if(|c| *c != '\n').is_some() {}
                }
                c => {
                    self.line.plain &= !self.is_special(c);
                    self.push(c);
                }
            }
        }
    }

    /// Whether a character is expanded, or cannot be seen.
    fn is_special(&self, c: char) -> bool {
        let begins = self.word.as_ref().is_none_or(String::is_empty);
        let after = self.word.as_ref().and_then(|word| word.chars().next_back());
        match c {
            '*' | '?' | '[' | ']' => true,
            '~' => begins || matches!(after, Some('=' | ':')),
            '!' | '=' | '^' | '%' => begins,
            c => c.is_control() || (c.is_whitespace() && !c.is_ascii()),
        }
    }

    fn single_quoted(&mut self, rest: &mut impl Iterator<Item = char>) {
        let word = self.word.get_or_insert_default();
        loop {
            match rest.next() {
                Some('\'') => return,
                Some(c) => word.push(c),
                None => {
                    self.line.plain = false;
                    return;
                }
            }
        }
    }

    fn double_quoted(&mut self, rest: &mut impl Iterator<Item = char>) {
        let mut inside = String::new();
        let mut expands = false;
        loop {
            match rest.next() {
                Some('"') => break,
                Some('\\') => match rest.next() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => inside.push(c),
                    Some(c) if c != '\n' => inside.extend(['\\', c]),
                    Some(_) | None => self.line.plain = false,
                },
                Some(c) => {
                    expands |= matches!(c, '$' | '`');
                    inside.push(c);
                }
                None => {
                    self.line.plain = false;
                    break;
                }
            }
        }
        self.word.get_or_insert_default().push_str(&inside);
        if expands {
            self.line.plain = false;
            // What a substitution inside runs counts as well.
            if self.depth < DEPTH_MAX && (inside.contains("$(") || inside.contains('`')) {
                self.line.add(of_text(&inside, self.depth + 1));
            }
        }
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn redirect(&mut self, due: Due) {
        self.line.plain = false;
        // `2>` writes to a number, which is no word.
        let numbered = |word: &String| word.chars().all(|c| c.is_ascii_digit());
        if self.word.as_ref().is_some_and(numbered) {
            self.word = None;
        }
        self.end_word();
        self.due = due;
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else {
            return;
        };
        match std::mem::replace(&mut self.due, Due::Word) {
            Due::Word => self.words.push(word),
            Due::Input => {}
            Due::Output => self.line.writes.push(word),
        }
    }

    /// Ends a command, and says how the next one hangs together with it.
    fn end_command(&mut self, next: Next) {
        self.end_word();
        self.due = Due::Word;
        let words = std::mem::take(&mut self.words);
        let this = std::mem::replace(&mut self.next, next);
        if !words.is_empty() {
            self.commands.push(Simple {
                words,
                piped: this == Next::Piped,
                inner: this == Next::Inner,
            });
        }
    }
}
