//! What a command would run, read the way a shell reads it.
//!
//! Two questions, and two ways to be wrong. May a **prefix** allow it? Only where the whole command
//! is one simple command of plain words: whatever else a shell does with a character makes the line
//! *not plain*, and in doubt it is not. Does it **contain** something that is never allowed? There
//! every command inside operators, substitutions and nested shells counts, in doubt one too many.
//! Nothing is expanded and no file is looked at.

mod reader;

use reader::Reader;

/// How deep shells inside shells are read.
const DEPTH_MAX: usize = 4;
/// The programs that run the text after `-c`.
const SHELLS: [&str; 6] = ["sh", "bash", "zsh", "dash", "ksh", "ash"];
/// How such text is handed over, the only forms that are read as plain.
const TEXT_FLAGS: [&str; 5] = ["-c", "-lc", "-cl", "-ic", "-lic"];
/// Programs that run the command in their arguments.
const CARRIERS: [&str; 11] = [
    "env", "nohup", "time", "xargs", "command", "exec", "builtin", "nice", "timeout", "setsid",
    "busybox",
];
/// Words that begin something else than a simple command.
const RESERVED: [&str; 20] = [
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in", "select", "function", "time", "coproc", "[[", "]]", "!",
];

/// A command line taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// Every command in it, also those inside substitutions and nested shells.
    pub(super) commands: Vec<Simple>,
    /// Files that a redirect writes to.
    pub(super) writes: Vec<String>,
    /// It is one simple command: plain words, no operator, substitution, expansion or redirect.
    pub(super) plain: bool,
}

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Simple {
    /// Its words, quotes resolved; never empty.
    pub(super) words: Vec<String>,
    /// It reads what the one before it writes.
    pub(super) piped: bool,
    /// The one before it gets what it writes: a substitution.
    pub(super) inner: bool,
}

/// The words of `command` when it comes to one simple command, the text inside `bash -lc` included;
/// `None` when it is anything more, or when that is in doubt.
#[must_use]
pub fn simple_command(command: &[String]) -> Option<Vec<String>> {
    let line = read(command);
    match line.commands.as_slice() {
        [only] if line.plain => Some(only.words.clone()),
        _ => None,
    }
}

/// Takes a command apart that is given as program and arguments.
pub(super) fn read(command: &[String]) -> Line {
    of_words(command, 0)
}

fn of_words(words: &[String], depth: usize) -> Line {
    let whole = |plain| Line {
        commands: vec![Simple {
            words: words.to_vec(),
            ..Simple::default()
        }],
        writes: Vec::new(),
        plain,
    };
    let Some(program) = words.first() else {
        return Line::default();
    };
    if program.is_empty() {
        return whole(false);
    }
    if !is_shell(program) {
        // What a shell runs is run also where a variable is set for it before.
        let inner = carried(words);
        let runs_shell = inner.first().is_some_and(|program| is_shell(program));
        if !runs_shell || depth >= DEPTH_MAX {
            return whole(true);
        }
        let mut line = whole(false);
        line.add(of_words(inner, depth + 1));
        return line;
    }
    match words {
        [_, flag, text] if TEXT_FLAGS.contains(&flag.as_str()) && depth < DEPTH_MAX => {
            let mut line = of_text(text, depth + 1);
            if text.trim_start_matches([' ', '"']).starts_with(['$', '`']) {
                // What it runs is what something else writes.
                let words = vec![program.clone()];
                let shell = Simple {
                    words,
                    ..Simple::default()
                };
                line.commands.insert(0, shell);
                line.plain = false;
            }
            line
        }
        // A script file is a word like any other; a shell with flags, or one that reads its input, may
        // run anything.
        [_, script, ..] if !script.starts_with(['-', '+']) => whole(true),
        _ => {
            let mut line = whole(false);
            if depth < DEPTH_MAX {
                for text in words.iter().skip(1) {
                    line.add(of_text(text, depth + 1));
                }
            }
            line
        }
    }
}

/// The words of a command without what merely carries it.
pub(super) fn carried(words: &[String]) -> &[String] {
    let mut words = words;
    while let [first, rest @ ..] = words {
        if is_assignment(first) {
            words = rest;
        } else if CARRIERS.contains(&name_of(first)) {
            // With its options, and their numbers.
            let is_option = |word: &&String| {
                word.starts_with('-') || word.starts_with(|c: char| c.is_ascii_digit())
            };
            let options = rest.iter().take_while(is_option).count();
            words = rest.get(options..).unwrap_or_default();
        } else {
            break;
        }
    }
    words
}

/// Whether a program is a shell, by the last part of its path.
pub(super) fn is_shell(program: &str) -> bool {
    SHELLS.contains(&name_of(program))
}

/// A program without its folder.
pub(super) fn name_of(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn of_text(text: &str, depth: usize) -> Line {
    let (mut line, commands) = Reader::read(text.trim_matches([' ', '\t', '\n']), depth);
    line.plain &= commands.len() == 1;
    for command in commands {
        let first = command
            .words
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        if RESERVED.contains(&first) || is_assignment(first) {
            line.plain = false;
        }
        // A shell inside is replaced by what it runs, unless that is in doubt.
        let mut read = of_words(&command.words, depth);
        if let Some(first) = read.commands.first_mut() {
            first.piped = command.piped;
            first.inner |= command.inner;
        }
        line.plain &= read.plain;
        line.add(read);
    }
    line
}

/// `NAME=value` before a command changes what the command does.
pub(super) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '[' | ']'))
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

impl Line {
    /// Takes over the commands and writes of another line.
    fn add(&mut self, other: Self) {
        self.commands.extend(other.commands);
        self.writes.extend(other.writes);
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{read, simple_command};

    fn words(line: &str) -> Vec<String> {
        line.split('|').map(str::to_owned).collect()
    }

    fn bash(text: &str) -> Vec<String> {
        ["bash", "-lc", text].map(str::to_owned).to_vec()
    }

    #[test]
    fn one_simple_command_is_read_with_its_quotes() {
        for (text, expected) in [
            ("cargo test", "cargo|test"),
            ("  cargo\ttest\n", "cargo|test"),
            ("git commit -m 'a; b'", "git|commit|-m|a; b"),
            (r#"echo "a \"b\"" c\ d"#, "echo|a \"b\"|c d"),
            ("git diff HEAD~1 --stat=80", "git|diff|HEAD~1|--stat=80"),
            ("echo ''", "echo|"),
            ("bash -c 'cargo test'", "cargo|test"),
            ("sh run.sh x", "sh|run.sh|x"),
            ("rg a#b", "rg|a#b"),
        ] {
            assert_eq!(simple_command(&bash(text)), Some(words(expected)), "{text}");
        }
        let direct = words("cargo|test|a; b|$(x)");
        assert_eq!(simple_command(&direct), Some(direct.clone()));
    }

    #[test]
    fn what_a_shell_runs_is_read_also_where_it_is_carried() {
        let carried = words("env|PAGER=cat|sh|-c|sudo id");
        let line = read(&carried);
        let programs: Vec<&str> = line
            .commands
            .iter()
            .map(|it| it.words[0].as_str())
            .collect();
        assert_eq!(programs, ["env", "sudo"]);
        assert_eq!(simple_command(&carried), None);
    }

    #[test]
    fn anything_that_a_shell_would_do_more_is_not_simple() {
        for text in [
            "",
            " ",
            "a; b",
            "a && b",
            "a || b",
            "a | b",
            "a & b",
            "a &",
            "a\nb",
            "(a)",
            "{ a; }",
            "a $(b)",
            "a `b`",
            "a $B",
            "a \"$B\"",
            "a \"`b`\"",
            "a \"$(b)\"",
            "a > b",
            "a >> b",
            "a 2>&1",
            "a < b",
            "a <<x",
            "a <(b)",
            "a *",
            "a ?",
            "a [b]",
            "a {b,c}",
            "a ~/b",
            "a b=~/c",
            "~/a",
            "A=b c",
            "A+=b c",
            "a # b",
            "#a",
            "! a",
            "if a",
            "time a",
            "a 'b",
            "a \"b",
            "a \\",
            "a \\\nb",
            "a $'b'",
            "a\rb",
            "a\u{0}b",
            "a\u{a0}b",
            "=a",
            "bash",
            "bash -x a",
            "bash -c",
            "bash -c 'a; b'",
            "bash -c a b",
            "sh -c 'sh -c \"a | b\"'",
            "[[ a ]]",
            "'' a",
        ] {
            assert_eq!(simple_command(&bash(text)), None, "{text:?}");
        }
        for command in [
            "",
            "bash|-c",
            "bash|-lc|a|b",
            "zsh|-o|x|-c|a",
            "sh",
            "bash|--login",
        ] {
            assert_eq!(simple_command(&words(command)), None, "{command}");
        }
        assert_eq!(simple_command(&[]), None);
    }

    #[test]
    fn a_shell_in_a_shell_is_followed_only_so_far() {
        let mut text = "ls".to_owned();
        for _ in 0..6 {
            text = format!("sh -c '{}'", text.replace('\'', "'\\''"));
        }
        assert_eq!(simple_command(&bash(&text)), None);
    }

    #[test]
    fn every_command_of_a_line_is_found() {
        let found = |text: &str| -> Vec<String> {
            let line = read(&bash(text));
            let each = line.commands.iter();
            each.map(|simple| {
                let mark = if simple.piped { "|" } else { "" };
                format!("{mark}{}", simple.words.join(" "))
            })
            .collect()
        };
        assert_eq!(found("a b && c; d"), ["a b", "c", "d"]);
        assert_eq!(found("a | b |& c || d"), ["a", "|b", "|c", "d"]);
        assert_eq!(found("a \"x $(b c)\""), ["x", "b c", "a x $(b c)"]);
        assert_eq!(found("a `b` <(c)"), ["a", "b", "c"]);
        assert_eq!(found("a | bash -c 'b; c'"), ["a", "|b", "c"]);
        assert_eq!(found("{ a; }; (b)"), ["a", "b"]);
        assert_eq!(found("a # b\nc"), ["a", "c"]);
        assert_eq!(read(&bash("a > x 2>>y >&2 < z")).writes, ["x", "y", "2"]);
        assert_eq!(read(&bash("a &> x")).writes, ["x"]);
    }
}
