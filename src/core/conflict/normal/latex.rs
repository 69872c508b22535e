//! LaTeX as plain infix text: `\frac{1}{2}` becomes `((1)/(2))`, `\text{…}` its words, layout nothing.
//!
//! It only rewrites; what the result is worth is asked of [`maths`](mod@super::maths).

/// How deep commands may stand in each other.
const DEPTH_MAX: usize = 24;
/// How many times the marks around a whole are looked for.
const LAYERS_MAX: usize = 8;

/// Rewrites a formula. Text without LaTeX comes back nearly as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    rewrite(text, &mut out, 0);
    out
}

/// Without the marks that set a formula or a word apart: `$…$`, `\(…\)`, `**…**`, backticks, a
/// `\boxed{…}` around the whole.
#[must_use]
pub fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..LAYERS_MAX {
        let before = text;
        for (open, close) in [
            ("$$", "$$"),
            ("$", "$"),
            ("\\(", "\\)"),
            ("\\[", "\\]"),
            ("**", "**"),
            ("__", "__"),
            ("\\boxed{", "}"),
            ("\\text{", "}"),
            ("\\textbf{", "}"),
            ("\\mathbf{", "}"),
            ("\\mathrm{", "}"),
        ] {
            if let Some(inner) = text
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
                && is_one(inner, open, close)
            {
                text = inner.trim();
            }
        }
        if text == before {
            break;
        }
    }
    text
}

/// Whether the two marks around `inner` belong to each other.
fn is_one(inner: &str, open: &str, close: &str) -> bool {
    if inner.trim().is_empty() {
        return false;
    }
    if !open.ends_with('{') {
        return !inner.contains(open) && !inner.contains(close);
    }
    let mut depth = 0_i32;
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

fn rewrite(text: &str, out: &mut String, depth: usize) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' => command(after, out, depth),
            '{' => group(rest, out, depth),
            '$' | '~' => after,
            '\u{2212}' => {
                out.push('-');
                after
            }
            '×' | '·' | '⋅' => {
                out.push('*');
                after
            }
            '÷' => {
                out.push('/');
                after
            }
            'π' => {
                out.push_str(" pi ");
                after
            }
            '√' => {
                out.push_str(" sqrt ");
                after
            }
            '∞' => {
                out.push_str(" infinity ");
                after
            }
            '²' => {
                out.push_str("^2");
                after
            }
            '³' => {
                out.push_str("^3");
                after
            }
            c => {
                out.push(c);
                after
            }
        };
    }
}

/// A group in braces, as one value.
fn group<'a>(text: &'a str, out: &mut String, depth: usize) -> &'a str {
    let (inner, rest) = argument(text);
    if depth >= DEPTH_MAX {
        out.push_str(inner);
        return rest;
    }
    out.push('(');
    rewrite(inner, out, depth + 1);
    out.push(')');
    rest
}

/// What follows a backslash.
fn command<'a>(text: &'a str, out: &mut String, depth: usize) -> &'a str {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    if depth >= DEPTH_MAX {
        out.push_str(name);
        return rest;
    }
    match name {
        "" => symbol(text, out),
        "frac" | "dfrac" | "tfrac" | "cfrac" => {
            let (over, rest) = argument(rest);
            let (under, rest) = argument(rest);
            // `1\frac{1}{2}` is a mixed number.
            let mixed = out.ends_with(|c: char| c.is_ascii_digit());
            out.push_str(if mixed { "\u{1}((" } else { "((" });
            rewrite(over, out, depth + 1);
            out.push_str(")/(");
            rewrite(under, out, depth + 1);
            out.push_str("))");
            rest
        }
        "sqrt" => {
            let (root, rest) = option(rest);
            let (inner, rest) = argument(rest);
            if let Some(root) = root {
                out.push_str("((");
                rewrite(inner, out, depth + 1);
                out.push_str(")^(1/(");
                rewrite(root, out, depth + 1);
                out.push_str(")))");
            } else {
                out.push_str(" sqrt(");
                rewrite(inner, out, depth + 1);
                out.push(')');
            }
            rest
        }
        "text" | "textbf" | "textit" | "textrm" | "mathrm" | "mathbf" | "mbox" | "mathit"
        | "operatorname" | "emph" | "texttt" => {
            let (inner, rest) = argument(rest);
            out.push(' ');
            rewrite(inner, out, depth + 1);
            out.push(' ');
            rest
        }
        "boxed" | "fbox" | "overline" | "vec" | "mathbb" | "mathcal" | "displaystyle"
        | "limits" => rest,
        "left" | "right" | "big" | "Big" | "bigl" | "bigr" | "Bigl" | "Bigr" => {
            rest.strip_prefix('.').unwrap_or(rest)
        }
        "cdot" | "times" | "ast" => spaced(out, "*", rest),
        "div" => spaced(out, "/", rest),
        "le" | "leq" | "leqslant" => spaced(out, "<=", rest),
        "ge" | "geq" | "geqslant" => spaced(out, ">=", rest),
        "ne" | "neq" => spaced(out, "!=", rest),
        "lt" => spaced(out, "<", rest),
        "gt" => spaced(out, ">", rest),
        "pm" => spaced(out, "±", rest),
        "infty" => spaced(out, "infinity", rest),
        "circ" => spaced(out, "°", rest),
        "cup" => spaced(out, "∪", rest),
        "in" => spaced(out, "∈", rest),
        "emptyset" | "varnothing" => spaced(out, "∅", rest),
        "quad" | "qquad" | "enspace" => spaced(out, "", rest),
        "ldots" | "dots" | "cdots" => spaced(out, "...", rest),
        name => spaced(out, name, rest),
    }
}

fn spaced<'a>(out: &mut String, text: &str, rest: &'a str) -> &'a str {
    out.push(' ');
    out.push_str(text);
    out.push(' ');
    rest
}

/// A backslash before what is no letter.
fn symbol<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some(c) = text.chars().next() else {
        return text;
    };
    let rest = text.get(c.len_utf8()..).unwrap_or_default();
    match c {
        '{' | '}' | '%' | '$' | '&' | '#' | '_' => out.push(c),
        ',' | ';' | ':' | ' ' | '\\' => out.push(' '),
        // Negative space, and the marks around a formula.
        '!' | '(' | ')' | '[' | ']' => {}
        c => {
            out.push('\\');
            out.push(c);
        }
    }
    rest
}

/// The argument of a command: a group, or one character.
pub(crate) fn argument(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    if !text.starts_with('{') {
        let length = text.chars().next().map_or(0, char::len_utf8);
        return text.split_at_checked(length).unwrap_or((text, ""));
    }
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '{' if !escaped => depth += 1,
            '}' if !escaped => {
                depth -= 1;
                if depth == 0 {
                    let inner = text.get(1..at).unwrap_or_default();
                    return (inner, text.get(at + 1..).unwrap_or_default());
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    (text.get(1..).unwrap_or_default(), "")
}

/// An argument in square brackets.
fn option(text: &str) -> (Option<&str>, &str) {
    let inner = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match inner {
        Some((inner, rest)) => (Some(inner), rest),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::{argument, plain, unwrapped};

    fn tight(text: &str) -> String {
        plain(text).split_whitespace().collect()
    }

    #[test]
    fn formulas_become_infix() {
        for (latex, infix) in [
            ("\\frac{1}{2}", "((1)/(2))"),
            ("\\dfrac12", "((1)/(2))"),
            ("\\sqrt{3}", "sqrt(3)"),
            ("\\sqrt[3]{2}", "((2)^(1/(3)))"),
            ("90^\\circ", "90^°"),
            ("\\left( 1, 2 \\right)", "(1,2)"),
            ("\\{1, 2\\}", "{1,2}"),
            ("5\\text{ cm}", "5cm"),
            ("10\\%", "10%"),
            ("2 \\cdot 3", "2*3"),
            ("2\\pi", "2pi"),
            ("x \\le 3", "x<=3"),
        ] {
            assert_eq!(tight(latex), infix, "{latex}");
        }
    }

    #[test]
    fn marks_around_the_whole_go() {
        for (text, bare) in [
            ("$5$", "5"),
            ("\\(5\\)", "5"),
            ("**5**", "5"),
            ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
            ("$a$ and $b$", "$a$ and $b$"),
            ("\\text{a}\\text{b}", "\\text{a}\\text{b}"),
            ("$", "$"),
            ("**$\\boxed{\\text{(5)}}$**", "(5)"),
        ] {
            assert_eq!(unwrapped(text), bare);
        }
    }

    #[test]
    fn layers_are_taken_off_up_to_a_bound() {
        let deep = format!("{}5{}", "\\text{".repeat(27_000), "}".repeat(27_000));
        let kept = unwrapped(&deep);
        assert!(kept.contains("\\text{") && kept.len() < deep.len());
    }

    #[test]
    fn open_groups_and_deep_ones_end() {
        assert_eq!(argument("{1"), ("1", ""));
        assert_eq!(argument(""), ("", ""));
        assert_eq!(argument("{a{b}c}d"), ("a{b}c", "d"));
        let deep = "\\sqrt{".repeat(10_000);
        assert!(plain(&deep).len() < deep.len() * 2);
        let braces = "{".repeat(100_000);
        assert!(plain(&braces).len() <= braces.len() * 2);
    }
}
