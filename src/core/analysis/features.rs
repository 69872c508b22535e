//! What can be seen in a prompt without knowing what it means: how long it is, what is pasted into it,
//! how it begins, what it asks.
//!
//! Some of it is handed to the classifier as a [`Mark`], beside the words.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::analysis::sample::pieces;

/// What a prompt looks like. Of a long one only the beginning and the end are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Features {
    /// Words.
    pub words: u32,
    /// Lines that are not blank.
    pub lines: u32,
    /// Words of digits.
    pub numbers: u32,
    /// Question marks.
    pub questions: u32,
    /// Names of files and folders.
    pub paths: u32,
    /// Fenced blocks of code.
    pub fences: u32,
    /// Words with a character of mathematics in them.
    pub formulas: u32,
    /// Whether a stack trace or the message of a compiler stands in it.
    pub trace: bool,
    /// Whether a difference between two texts stands in it.
    pub diff: bool,
    /// Whether it begins like a list of choices: (A), (B) …
    pub choices: bool,
    /// The word of asking that comes first: what, why, how …
    pub asks: Option<Asking>,
    /// The first word, in small letters, where it says what to do: fix, write …
    pub verb: Option<String>,
    /// Programming languages, as the fences and the names of files say.
    pub languages: BTreeSet<String>,
    /// In which letters its words begin.
    pub scripts: BTreeSet<Script>,
}

/// A word of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// What, which.
    What,
    /// Why.
    Why,
    /// How.
    How,
    /// Who, when, where.
    Who,
    /// Is, does, can …
    Whether,
}

/// Letters that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Latin.
    Latin,
    /// Greek.
    Greek,
    /// Cyrillic.
    Cyrillic,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// Devanagari and its kin.
    Indic,
    /// Chinese, Japanese and Korean.
    EastAsian,
    /// Any other.
    Other,
}

/// A sight that counts like a word for the classifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    Fence,
    Diff,
    Trace,
    Path,
    Formula,
    Numbers,
    Choices,
    Question,
    Asks(Asking),
}

impl Mark {
    /// How it is called where it is named as a reason.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fence => "a block of code",
            Self::Diff => "a diff",
            Self::Trace => "a stack trace",
            Self::Path => "names of files",
            Self::Formula => "formulas",
            Self::Numbers => "numbers",
            Self::Choices => "a list of choices",
            Self::Question => "a question",
            Self::Asks(Asking::What) => "asks what",
            Self::Asks(Asking::Why) => "asks why",
            Self::Asks(Asking::How) => "asks how",
            Self::Asks(Asking::Who) => "asks who or when",
            Self::Asks(Asking::Whether) => "asks whether",
        }
    }
}

/// First words that say what to do.
const VERBS: &str = "add analyse analyze answer assess audit backup brainstorm build calculate change \
    check clean compare compose compute configure convert create critique debug define \
    deploy derive describe design determine diagnose draft draw estimate evaluate examine \
    explain explore extend extract find fix generate give implement improve inspect \
    install integrate invent investigate judge list look make measure merge migrate \
    monitor move name optimise optimize organise organize outline plan port prepare \
    prioritise prioritize profile propose prove provision rate rebuild refactor remove \
    rename replace reproduce research restart restore review rewrite roll rotate run \
    scale schedule search set setup show sketch solve split start stop study suggest \
    summarise summarize tell test trace translate understand update upgrade use verify \
    write";

/// What stands in stack traces and in the messages of compilers, in small letters, one a line.
const TRACES: &str = "traceback (most recent
panicked at
exception in thread
caused by:
error[e
segmentation fault
sigsegv
core dumped
goroutine 1 [
stack backtrace
unhandled exception
uncaught error
typeerror:
nullpointerexception
referenceerror:
valueerror:
keyerror:
assertionerror
assertion `left == right` failed
undefined is not a function";

/// So much of a line is looked at for them, in bytes.
const TRACE_MAX: usize = 120;

/// Of so many languages the first are noted.
const LANGUAGES_MAX: usize = 8;

/// Looks at a prompt.
#[must_use]
pub fn features(prompt: &str) -> Features {
    let mut seen = Features::default();
    let mut fenced = false;
    let mut first = true;
    for line in pieces(prompt).into_iter().flat_map(str::lines) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        seen.lines += 1;
        if let Some(tag) = trimmed.strip_prefix("```") {
            fenced = !fenced;
            if fenced {
                seen.fences += 1;
                seen.speaks(tag.trim());
            }
            continue;
        }
        seen.line(trimmed);
        if first {
            seen.begin(trimmed);
            first = false;
        }
        for word in trimmed.split_whitespace() {
            seen.word(word);
        }
    }
    seen
}

impl Features {
    /// What of it counts like words.
    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        let some = [
            (self.fences > 0, Mark::Fence),
            (self.diff, Mark::Diff),
            (self.trace, Mark::Trace),
            (self.paths > 0, Mark::Path),
            (self.formulas > 1, Mark::Formula),
            (self.numbers > 2, Mark::Numbers),
            (self.choices, Mark::Choices),
            (self.questions > 0, Mark::Question),
        ];
        let asks = self.asks.map(Mark::Asks);
        some.into_iter()
            .filter_map(|(is_there, mark)| is_there.then_some(mark))
            .chain(asks)
    }

    /// What is seen in a line as a whole.
    fn line(&mut self, line: &str) {
        let starts = |start: &str| line.starts_with(start);
        self.diff |= starts("diff --git") || starts("@@ -") || starts("+++ ") || starts("--- a/");
        self.choices |= starts("(B)") || starts("B)") || starts("B. ");
        if !self.trace {
            let frame = starts("at ") && line.ends_with(')') && line.contains(':');
            self.trace = frame || starts("File \"") || has_trace(line);
        }
    }

    /// The first line says what is wanted.
    fn begin(&mut self, line: &str) {
        let mut words = line
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .skip_while(|word| {
                matches!(
                    word.as_str(),
                    "please" | "now" | "then" | "can" | "could" | "you" | "hi" | "hello" | "hey"
                )
            });
        let Some(word) = words.next() else {
            return;
        };
        self.asks = match word.as_str() {
            "what" | "which" | "what's" => Some(Asking::What),
            "why" => Some(Asking::Why),
            "how" => Some(Asking::How),
            "who" | "when" | "where" | "whose" => Some(Asking::Who),
            "is" | "are" | "does" | "do" | "did" | "should" | "has" | "have" | "was" => {
                Some(Asking::Whether)
            }
            _ => None,
        };
        let is_one = VERBS.split_whitespace().any(|verb| verb == word);
        self.verb = is_one.then_some(word);
    }

    fn word(&mut self, word: &str) {
        self.words += 1;
        if word.contains('?') {
            self.questions += 1;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.is_empty()
            && bare
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
        {
            self.numbers += 1;
        }
        if let Some(letter) = bare.chars().find(|c| c.is_alphabetic()) {
            self.scripts.insert(script(letter));
        }
        if word.contains(['=', '^', '√', '∑', '∫', '≤', '≥', '×', '÷']) || word.contains("\\frac")
        {
            self.formulas += 1;
        }
        self.path(bare);
    }

    fn path(&mut self, word: &str) {
        if !word.contains(['.', '/']) || word.contains("://") || word.len() > 256 {
            return;
        }
        let ending = word.rsplit_once('.').map(|(_, ending)| ending);
        let known = ending.and_then(language);
        let folders = word.contains('/') && word.split('/').all(|part| part.len() > 1);
        if known.is_some() || folders {
            self.paths += 1;
        }
        if let Some(language) = known {
            self.speaks(language);
        }
    }

    fn speaks(&mut self, language: &str) {
        let plain = language.len() <= 16 && language.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain && !language.is_empty() && self.languages.len() < LANGUAGES_MAX {
            self.languages.insert(language.to_ascii_lowercase());
        }
    }
}

/// Whether a line begins like one of a stack trace.
fn has_trace(line: &str) -> bool {
    let line = crate::core::text::head(line, TRACE_MAX).to_ascii_lowercase();
    TRACES.lines().any(|trace| line.contains(trace))
}

/// The language that the ending of a file stands for.
fn language(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "c" | "h" => "c",
        "cc" | "cpp" => "cpp",
        "cs" => "csharp",
        "css" => "css",
        "go" => "go",
        "hs" => "haskell",
        "html" => "html",
        "java" => "java",
        "js" | "jsx" => "javascript",
        "json" => "json",
        "kt" => "kotlin",
        "lua" => "lua",
        "md" => "markdown",
        "php" => "php",
        "py" => "python",
        "rb" => "ruby",
        "rs" => "rust",
        "scala" => "scala",
        "sh" => "shell",
        "sql" => "sql",
        "swift" => "swift",
        "tf" => "terraform",
        "toml" => "toml",
        "ts" | "tsx" => "typescript",
        "yaml" | "yml" => "yaml",
        _ => return None,
    })
}

fn script(letter: char) -> Script {
    match letter {
        'A'..='Z' | 'a'..='z' | '\u{00AA}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{0400}'..='\u{052F}' => Script::Cyrillic,
        '\u{0590}'..='\u{05FF}' => Script::Hebrew,
        '\u{0600}'..='\u{077F}' | '\u{08A0}'..='\u{08FF}' => Script::Arabic,
        '\u{0900}'..='\u{0DFF}' => Script::Indic,
        '\u{1100}'..='\u{11FF}'
        | '\u{2E80}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Script::EastAsian,
        _ => Script::Other,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Asking, Features, Script, features};

    #[test]
    fn what_is_pasted_is_seen() {
        let seen = features(
            "Please fix the login in src/login/mod.rs\n```python\nx = 1\n```\n\
             Traceback (most recent call last):\n  File \"app.py\", line 3\n",
        );
        assert_eq!(seen.verb.as_deref(), Some("fix"));
        assert!(seen.trace && !seen.diff && seen.fences == 1 && seen.paths == 2);
        let languages: Vec<&str> = seen.languages.iter().map(String::as_str).collect();
        assert_eq!(languages, ["python", "rust"]);
        assert!(features("diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b").diff);
    }

    #[test]
    fn what_is_asked_is_seen() {
        let seen = features("Why is 2 + 2 = 4, and 3 or 5?\n(A) yes\n(B) no");
        assert_eq!(seen.asks, Some(Asking::Why));
        assert_eq!((seen.questions, seen.numbers), (1, 5));
        assert!(seen.choices && !seen.trace);
    }

    #[test]
    fn letters_of_the_world_are_told_apart() {
        let seen = features("Γειά, привет, שלום, مرحبا, 你好, hello");
        let all = [
            Script::Latin,
            Script::Greek,
            Script::Cyrillic,
            Script::Hebrew,
            Script::Arabic,
            Script::EastAsian,
        ];
        assert_eq!(seen.scripts.into_iter().collect::<Vec<_>>(), all);
    }

    #[test]
    fn nothing_is_seen_in_nothing() {
        for blank in ["", " \n\t ", "\u{2003}\n"] {
            assert_eq!(features(blank), Features::default());
        }
        assert_eq!(features("🙂 🙃").words, 2);
    }
}
