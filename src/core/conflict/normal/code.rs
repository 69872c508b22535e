//! Program text after formatting: comments, blank lines and spacing say nothing, words and strings do.
//!
//! Without a formatter of any language at hand, code is taken apart into tokens by the little that all
//! of a family share. What the family is comes from the fence's name or from the code itself; where it
//! cannot be told, nothing but blanks at the ends of lines is ignored.

/// The longest code that is taken apart, in bytes.
const TAKEN_APART_MAX: usize = 128 * 1024;

/// How comments and blanks are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// `#` opens a comment and indentation counts.
    Indented,
    /// `#` opens a comment, indentation says nothing.
    Hash,
    /// `//` and `/* */` are comments, line breaks say nothing, `'` opens a character.
    Braces,
    /// `/* */` is a comment, line breaks say nothing.
    Sheet,
    /// The same, but a line break may end a statement.
    Lines,
    /// `--` opens a comment.
    Dashes,
    /// Unknown.
    Plain,
}

/// How code is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manner {
    family: Family,
    /// Whether a string may stand in either quote.
    either_quote: bool,
}

/// Code in normal form; equal for code that differs in formatting only.
#[must_use]
pub fn code(text: &str, language: Option<&str>) -> String {
    let manner = Manner::of(text, language);
    let family = manner.family;
    if family == Family::Plain || text.len() > TAKEN_APART_MAX {
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        return lines.join("\n");
    }
    let mut out = String::with_capacity(text.len());
    let mut levels: Vec<usize> = Vec::new();
    for line in lines(text, manner) {
        if line.tokens.is_empty() {
            continue;
        }
        let directive = line.is_directive(family);
        if directive && out.ends_with(' ') {
            out.push('\n');
        }
        if family == Family::Indented {
            while levels.last().is_some_and(|level| *level > line.indent) {
                levels.pop();
            }
            if line.indent > levels.last().copied().unwrap_or(0) {
                levels.push(line.indent);
            }
            out.push_str(&"\t".repeat(levels.len()));
        }
        out.push_str(&line.tokens.join(" "));
        let joins = matches!(family, Family::Braces | Family::Sheet) && !directive;
        out.push(if joins { ' ' } else { '\n' });
    }
    out.trim_end().to_owned()
}

impl Manner {
    fn of(text: &str, language: Option<&str>) -> Self {
        let name = language.unwrap_or_default().trim().to_ascii_lowercase();
        let python = || text.lines().any(is_python);
        let either_quote = match name.as_str() {
            "python" | "py" | "python3" | "js" | "javascript" | "ts" | "typescript" | "jsx"
            | "tsx" => true,
            name => named(name).is_none() && python(),
        };
        Self {
            family: named(&name).unwrap_or_else(|| guessed(text)),
            either_quote,
        }
    }
}

/// A line that no other language has.
fn is_python(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("def ") && line.ends_with(':')
}

/// The family of a language.
fn named(name: &str) -> Option<Family> {
    Some(match name {
        "python" | "py" | "python3" | "yaml" | "yml" | "nim" => Family::Indented,
        "ruby" | "rb" | "sh" | "bash" | "shell" | "zsh" | "toml" | "perl" | "r" | "make"
        | "dockerfile" => Family::Hash,
        "rust" | "rs" | "c" | "cpp" | "c++" | "h" | "hpp" | "java" | "cs" | "csharp" | "c#" => {
            Family::Braces
        }
        "css" => Family::Sheet,
        "js" | "javascript" | "ts" | "typescript" | "jsx" | "tsx" | "go" | "golang" | "swift"
        | "kotlin" | "kt" | "scala" | "dart" | "php" => Family::Lines,
        "sql" | "lua" | "haskell" | "hs" | "ada" | "elm" => Family::Dashes,
        _ => return None,
    })
}

/// The family that code without the name of its language looks like.
fn guessed(text: &str) -> Family {
    let python = text.lines().any(|line| {
        let line = line.trim();
        line.ends_with(':')
            && ["def ", "class ", "if ", "for ", "while ", "with ", "try:"]
                .iter()
                .any(|word| line.starts_with(word))
    });
    if python {
        return Family::Indented;
    }
    if text.starts_with("#!") {
        return Family::Hash;
    }
    let ended = text
        .lines()
        .filter(|line| line.trim_end().ends_with([';', '{', '}']))
        .count();
    let all = text.lines().filter(|line| !line.trim().is_empty()).count();
    // More than a third of the lines end like those of a language with braces.
    if ended * 3 > all && text.contains('{') {
        return Family::Lines;
    }
    Family::Plain
}

#[derive(Default)]
struct Line {
    indent: usize,
    tokens: Vec<String>,
}

impl Line {
    /// Whether it is for a preprocessor, to which line breaks say much: `#define X 1`.
    fn is_directive(&self, family: Family) -> bool {
        let mut tokens = self.tokens.iter();
        matches!(family, Family::Braces | Family::Lines)
            && tokens.next().is_some_and(|first| first == "#")
            && tokens
                .next()
                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
    }

    /// Takes away the mark by which a directive goes on in the next line.
    fn goes_on(&mut self) -> bool {
        let marked = self.tokens.last().is_some_and(|last| last == "\\");
        if marked {
            self.tokens.pop();
        }
        marked
    }
}

/// Tokens by logical line: inside brackets a line goes on, outside of them it ends.
fn lines(text: &str, manner: Manner) -> Vec<Line> {
    let family = manner.family;
    let mut found = Vec::new();
    let mut line = Line::default();
    let (mut open, mut fresh) = (0_usize, true);
    let (mut rest, mut before) = (text, None);
    while let Some(c) = rest.chars().next() {
        let step = if c == '\n' {
            let ends = if line.is_directive(family) {
                !line.goes_on()
            } else {
                open == 0 || begins_directive(rest, family)
            };
            if ends {
                found.push(std::mem::take(&mut line));
                fresh = true;
            }
            1
        } else if c.is_whitespace() {
            if fresh {
                line.indent += if c == '\t' { 8 } else { 1 };
            }
            c.len_utf8()
        } else if let Some(length) = comment(rest, before, family) {
            length
        } else {
            fresh = false;
            let length = token(rest, family);
            match c {
                '(' | '[' => open += 1,
                ')' | ']' => open = open.saturating_sub(1),
                _ => {}
            }
            let taken = rest.get(..length).unwrap_or_default();
            line.tokens.push(string_form(taken, manner.either_quote));
            length
        };
        let (done, left) = rest.split_at_checked(step).unwrap_or((rest, ""));
        before = done.chars().next_back();
        rest = left;
    }
    found.push(line);
    found
}

/// Whether the line after a line break is for a preprocessor.
fn begins_directive(text: &str, family: Family) -> bool {
    let next = text.lines().nth(1).unwrap_or_default().trim_start();
    let name = next.strip_prefix('#').unwrap_or_default().trim_start();
    matches!(family, Family::Braces | Family::Lines)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// How long the comment is that a text begins with; `before` is what stands in front of it.
fn comment(text: &str, before: Option<char>, family: Family) -> Option<usize> {
    let to_end = || text.find('\n').unwrap_or(text.len());
    let starts = match family {
        // Within a word it is a part of it: `${x#a}`, `a#1`.
        Family::Indented | Family::Hash => {
            text.starts_with('#') && before.is_none_or(char::is_whitespace)
        }
        Family::Braces | Family::Lines | Family::Sheet => {
            if let Some(inner) = text.strip_prefix("/*") {
                return Some(inner.find("*/").map_or(text.len(), |at| at + 4));
            }
            text.starts_with("//") && family != Family::Sheet
        }
        Family::Dashes => text.starts_with("--"),
        Family::Plain => false,
    };
    starts.then(to_end)
}

/// How long the token is that a text begins with.
fn token(text: &str, family: Family) -> usize {
    let first = text.chars().next().unwrap_or(' ');
    if let Some(length) = string(text, family) {
        return length;
    }
    if first.is_alphanumeric() || first == '_' {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        return text.find(|c| !word(c)).unwrap_or(text.len());
    }
    // Signs of two or three characters are one token, so that `a = = b` stays apart from `a == b`.
    let sign = |c: char| {
        matches!(
            c,
            '=' | '<' | '>' | '!' | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | ':' | '.' | '?'
        )
    };
    if sign(first) {
        return text.find(|c| !sign(c)).unwrap_or(text.len()).min(3);
    }
    first.len_utf8()
}

fn string(text: &str, family: Family) -> Option<usize> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    // A lone tick in Rust is a lifetime or a character.
    if quote == '\'' && family == Family::Braces {
        let mut chars = text.char_indices().skip(1);
        let (_, second) = chars.next()?;
        if second == '\\' {
            return text
                .get(2..)?
                .find('\'')
                .filter(|at| *at <= 10)
                .map(|at| at + 3);
        }
        let (at, third) = chars.next()?;
        return (third == '\'').then_some(at + 1);
    }
    let triple: String = [quote; 3].iter().collect();
    let close = if text.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    // Where a string may hold line breaks, only its quote ends it.
    let one_line = close.len() == 1
        && quote != '`'
        && matches!(family, Family::Indented | Family::Lines | Family::Sheet);
    let mut at = close.len();
    while let Some(rest) = text.get(at..)
        && let Some(c) = rest.chars().next()
    {
        if rest.starts_with(&close) {
            return Some(at + close.len());
        }
        if c == '\n' && one_line {
            return Some(at);
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text.get(at..)?.chars().next().map_or(0, char::len_utf8);
        }
    }
    Some(text.len())
}

/// Where both quotes mean the same, a string without quotes in it is written with one kind.
fn string_form(token: &str, either_quote: bool) -> String {
    let inner = token
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    match inner {
        Some(inner) if either_quote && !inner.contains(['\'', '"', '\\']) => {
            format!("\"{inner}\"")
        }
        Some(_) | None => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Manner, code, lines};

    fn same(language: &str, a: &str, b: &str) -> bool {
        code(a, Some(language)) == code(b, Some(language))
    }

    #[test]
    fn formatting_says_nothing() {
        assert!(same(
            "python",
            "def f(x):\n    return x+1  # one more\n",
            "\ndef f( x ):\n  return x + 1\n"
        ));
        assert!(same("python", "f(1,\n  2)", "f(1, 2)"));
        assert!(same("python", "x = 'a'", "x = \"a\""));
        assert!(same(
            "rust",
            "fn a() {\n    b();\n}\n",
            "fn a()  { b(); } // end"
        ));
        assert!(same("c", "int a; /* x */ int b;", "int a;\nint b;"));
        assert!(same(
            "js",
            "let a = 1;\n\nlet b = 'x';",
            "let a=1;\nlet b = \"x\";"
        ));
        assert!(same("sql", "select 1 -- one", "select   1"));
        assert!(same("", "a = 1  \n\nb\n", "a = 1\nb"));
    }

    #[test]
    fn meaning_does() {
        assert!(!same(
            "python",
            "if a:\n    b()\nc()",
            "if a:\n    b()\n    c()"
        ));
        assert!(!same("python", "x = 'a b'", "x = 'a  b'"));
        assert!(!same("python", "x = '# a'", "x = '# b'"));
        assert!(!same("rust", "a(\"// x\")", "a(\"// y\")"));
        assert!(!same("js", "return\nx", "return x"));
        assert!(!same("rust", "ab", "a b"));
        assert!(!same("", "  a", "a"));
        assert!(!same(
            "rust",
            "fn f<'a>(x: &'a str) {}",
            "fn f<'b>(x: &'b str) {}"
        ));
    }

    #[test]
    fn what_one_language_ignores_another_one_means() {
        for (language, a, b) in [
            ("sh", "echo ${x#a}", "echo ${x#b}"),
            ("yaml", "k: a#1", "k: a#2"),
            ("css", "a { b: url(http://a) }", "a { b: url(http://b) }"),
            ("css", "a { content: 'a  b' }", "a { content: 'a b' }"),
            ("php", "f('http://a');", "f('http://b');"),
            ("go", "x := 'a'", "x := \"a\""),
            ("kotlin", "val x = 'a'", "val x = \"a\""),
            ("swift", "let x = 'a'", "let x = \"a\""),
            ("", "int f() {\n  g('a');\n}", "int f() {\n  g(\"a\");\n}"),
            ("c", "#define X\nf();", "#define X f();"),
            ("c", "#define X \\\n f();\ng();", "#define X \\\n f(); g();"),
            ("c", "f(a,\n#if X\nb);", "f(a, #if X b);"),
            ("rust", "a(\"x\n  y\");", "a(\"x\n y\");"),
        ] {
            assert!(!same(language, a, b), "{language}: {a} is not {b}");
        }
        for (language, a, b) in [
            ("sh", "# one\na  b # two", "a b"),
            ("c", "#define X 1\nf();\ng();", "#define X 1\n\nf(); g();"),
            ("c", "#define X \\\n  f()\ng();", "#define X f()\ng();"),
            ("rust", "#[a]\nstruct B;", "#[a] struct B;"),
            ("css", "a { /* x */ b: c }", "a {\n  b: c\n}"),
            ("", "def f(x):\n  return 'a'", "def f(x):\n    return \"a\""),
        ] {
            assert!(same(language, a, b), "{language}: {a} is {b}");
        }
    }

    #[test]
    fn an_open_quote_is_read_once() {
        for (piece, language) in [
            ("`\\", "js"),
            ("'\\", "python"),
            ("\"\\", "rust"),
            ("'''\\", "python"),
        ] {
            let text = piece.repeat(50_000);
            let found = lines(&text, Manner::of(&text, Some(language)));
            let tokens: usize = found.iter().map(|line| line.tokens.len()).sum();
            assert_eq!(tokens, 1, "{piece}");
        }
        let long = "a  b\n".repeat(100_000);
        assert_eq!(code(&long, Some("rust")), long.trim_end());
    }

    #[test]
    fn broken_code_ends() {
        for text in ["'", "\"", "/*", "'''", "`", "\\", "'\\"] {
            for language in ["python", "rust", "js", "sql", ""] {
                let _form = code(text, Some(language));
            }
        }
    }
}
