//! Program text after formatting: comments, blank lines and spacing say nothing, words and strings do.
//!
//! Without a formatter of any language at hand, code is taken apart into tokens by the little that all
//! of a family share. What the family is comes from the fence's name or from the code itself; where it
//! cannot be told, nothing but blanks at the ends of lines is ignored.

/// How comments and blanks are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// `#` opens a comment and indentation counts.
    Indented,
    /// `#` opens a comment, indentation says nothing.
    Hash,
    /// `//` and `/* */` are comments, line breaks say nothing.
    Braces,
    /// The same, but a line break may end a statement.
    Lines,
    /// `--` opens a comment.
    Dashes,
    /// Unknown.
    Plain,
}

/// Code in normal form; equal for code that differs in formatting only.
#[must_use]
pub fn code(text: &str, language: Option<&str>) -> String {
    let family = family(text, language);
    if family == Family::Plain {
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        return lines.join("\n");
    }
    let mut out = String::with_capacity(text.len());
    let mut levels: Vec<usize> = Vec::new();
    for line in lines(text, family) {
        if line.tokens.is_empty() {
            continue;
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
        out.push(if family == Family::Braces { ' ' } else { '\n' });
    }
    out.trim_end().to_owned()
}

fn family(text: &str, language: Option<&str>) -> Family {
    let name = language.unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "python" | "py" | "python3" | "yaml" | "yml" | "nim" => return Family::Indented,
        "ruby" | "rb" | "sh" | "bash" | "shell" | "zsh" | "toml" | "perl" | "r" | "make"
        | "dockerfile" => {
            return Family::Hash;
        }
        "rust" | "rs" | "c" | "cpp" | "c++" | "h" | "hpp" | "java" | "cs" | "csharp" | "c#"
        | "css" | "php" => {
            return Family::Braces;
        }
        "js" | "javascript" | "ts" | "typescript" | "jsx" | "tsx" | "go" | "golang" | "swift"
        | "kotlin" | "kt" | "scala" | "dart" => return Family::Lines,
        "sql" | "lua" | "haskell" | "hs" | "ada" | "elm" => return Family::Dashes,
        _ => {}
    }
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

struct Line {
    indent: usize,
    tokens: Vec<String>,
}

/// Tokens by logical line: inside brackets a line goes on, outside of them it ends.
fn lines(text: &str, family: Family) -> Vec<Line> {
    let mut found = Vec::new();
    let mut line = Line {
        indent: 0,
        tokens: Vec::new(),
    };
    let (mut open, mut fresh) = (0_usize, true);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let step = if c == '\n' {
            if open == 0 {
                found.push(std::mem::replace(
                    &mut line,
                    Line {
                        indent: 0,
                        tokens: Vec::new(),
                    },
                ));
                fresh = true;
            }
            1
        } else if c.is_whitespace() {
            if fresh {
                line.indent += if c == '\t' { 8 } else { 1 };
            }
            c.len_utf8()
        } else if let Some(length) = comment(rest, family) {
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
            line.tokens.push(string_form(taken, family));
            length
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    found.push(line);
    found
}

/// How long the comment is that a text begins with.
fn comment(text: &str, family: Family) -> Option<usize> {
    let to_end = || text.find('\n').unwrap_or(text.len());
    let starts = match family {
        Family::Indented | Family::Hash => text.starts_with('#'),
        Family::Braces | Family::Lines => {
            if let Some(inner) = text.strip_prefix("/*") {
                return Some(inner.find("*/").map_or(text.len(), |at| at + 4));
            }
            text.starts_with("//")
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
    let mut at = close.len();
    while let Some(c) = text.get(at..)?.chars().next() {
        if text.get(at..)?.starts_with(&close) {
            return Some(at + close.len());
        }
        if c == '\n' && close.len() == 1 && quote != '`' {
            return None;
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text.get(at..)?.chars().next().map_or(0, char::len_utf8);
        }
    }
    None
}

/// Where both quotes mean the same, a string without quotes in it is written with one kind.
fn string_form(token: &str, family: Family) -> String {
    let either = matches!(family, Family::Indented | Family::Lines);
    let inner = token
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    match inner {
        Some(inner) if either && !inner.contains(['\'', '"', '\\']) => format!("\"{inner}\""),
        Some(_) | None => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::code;

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
    fn broken_code_ends() {
        for text in ["'", "\"", "/*", "'''", "`", "\\", "'\\"] {
            for language in ["python", "rust", "js", "sql", ""] {
                let _form = code(text, Some(language));
            }
        }
    }
}
