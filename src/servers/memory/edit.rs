//! Replacing a piece of a text. Pure.

use serde::Deserialize;

use super::problem::Problem;

/// The one regular expression that is understood: it matches the empty document only.
const EMPTY_DOCUMENT: &str = r"\A\Z";

/// How the needle is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// As it stands.
    Literal,
    /// As a regular expression.
    Regex,
}

/// How many places may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occurrences {
    /// Exactly one; more are an error.
    One,
    /// One or more.
    Many,
}

/// The text after the edit.
pub(super) fn replaced(
    text: &str,
    needle: &str,
    replacement: &str,
    mode: Mode,
    occurrences: Occurrences,
) -> Result<String, Problem> {
    match mode {
        Mode::Regex if needle == EMPTY_DOCUMENT => {
            if text.is_empty() {
                return Ok(replacement.to_owned());
            }
            return Err(Problem::NoMatch);
        }
        Mode::Regex => {
            return Err(Problem::Arguments(
                "this server edits in mode \"literal\" only (and \\A\\Z for the empty document)"
                    .to_owned(),
            ));
        }
        Mode::Literal => {}
    }
    if needle.is_empty() {
        return Err(Problem::Arguments("the needle is empty".to_owned()));
    }
    match (text.matches(needle).count(), occurrences) {
        (0, _) => Err(Problem::NoMatch),
        (1, _) | (_, Occurrences::Many) => Ok(text.replace(needle, replacement)),
        (many, Occurrences::One) => Err(Problem::ManyMatches(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str, needle: &str, occurrences: Occurrences) -> Result<String, String> {
        replaced(text, needle, "N\\1$0", Mode::Literal, occurrences)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_literal_edit_takes_everything_as_it_stands() {
        assert_eq!(
            literal("a.c abc\r\n", "a.c", Occurrences::One),
            Ok("N\\1$0 abc\r\n".to_owned())
        );
    }

    #[test]
    fn ambiguity_is_refused_unless_wanted() {
        assert_eq!(
            literal("x x x", "x", Occurrences::One).unwrap_err(),
            "ValueError: Expression matches 3 occurrences. Please revise the expression to be more \
             specific or enable allow_multiple_occurrences if this is expected."
        );
        assert!(literal("x x x", "x", Occurrences::Many).is_ok());
        assert_eq!(
            literal("abc", "z", Occurrences::Many).unwrap_err(),
            "ValueError: Error: No matches of search expression found."
        );
        assert!(literal("abc", "", Occurrences::One).is_err());
    }

    #[test]
    fn the_empty_document_can_be_swapped() {
        let swap = |text| replaced(text, EMPTY_DOCUMENT, "new", Mode::Regex, Occurrences::One);
        assert_eq!(swap("").unwrap(), "new");
        assert!(matches!(swap("x"), Err(Problem::NoMatch)));
        let other = replaced("x", "x+", "", Mode::Regex, Occurrences::One);
        assert!(matches!(other, Err(Problem::Arguments(_))));
    }
}
