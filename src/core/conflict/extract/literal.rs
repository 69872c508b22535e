//! What a program gives, in the words of a text: the right side of an assertion, or the last code that
//! is shown.

/// What an assertion says on its right side, when a line has one: `assert f(1) == 2`, `f(1) == 2`.
#[must_use]
pub fn asserted(line: &str) -> Option<&str> {
    let (left, right) = line.split_once(" == ").or_else(|| line.split_once("=="))?;
    let left = left.trim_start();
    let called = left.contains('(') && left.trim_end().ends_with(')');
    let prose = !left.starts_with("assert")
        && left
            .split_once('(')
            .is_none_or(|(name, _)| name.contains(' '));
    if !called || (prose && !left.contains("assert ")) {
        return None;
    }
    let right = right.trim().trim_end_matches('`').trim_end();
    (!right.is_empty() && right != "??").then_some(right)
}

/// The last code that is shown: in a fence of one line, or between ticks.
#[must_use]
pub fn shown(text: &str) -> Option<&str> {
    let fenced = text
        .trim_end()
        .strip_suffix("```")
        .and_then(|open| open.rsplit_once("```"));
    if let Some((_, inner)) = fenced {
        let mut lines = inner.lines().skip(1).filter(|line| !line.trim().is_empty());
        if let (Some(line), None) = (lines.next(), lines.next()) {
            return Some(line);
        }
    }
    let ticked = text.rsplit('`').nth(1)?;
    let even = text.matches('`').count().is_multiple_of(2);
    (even && !ticked.trim().is_empty() && !ticked.contains('\n')).then_some(ticked)
}

#[cfg(test)]
mod tests {
    use super::{asserted, shown};

    #[test]
    fn the_right_side_is_found() {
        for (line, right) in [
            ("assert f('a') == 'b'", "'b'"),
            ("So: `assert f([1, 2]) == [2, 1]`", "[2, 1]"),
            ("f(1) == 2", "2"),
        ] {
            assert_eq!(asserted(line), Some(right), "{line}");
        }
        for line in [
            "",
            "a == b",
            "assert f(1) == ??",
            "when (x) is set == true",
            "x == f(1)",
        ] {
            assert_eq!(asserted(line), None, "{line}");
        }
    }

    #[test]
    fn the_last_code_is_shown() {
        assert_eq!(shown("it gives `[1]`, then `[2]`."), Some("[2]"));
        assert_eq!(shown("so\n```python\n'a b'\n```"), Some("'a b'"));
        assert_eq!(shown("no code"), None);
        assert_eq!(shown("a lone ` tick"), None);
    }
}
