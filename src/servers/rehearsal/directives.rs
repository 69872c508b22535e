//! Stage directions inside a prompt: `[[word]]` or `[[word:value]]`. Pure.

use std::time::Duration;

/// What the prompt orders; the last of a kind counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directives {
    /// Answer exactly this.
    pub(super) say: Option<String>,
    /// Value of the final block.
    pub(super) verdict: Option<String>,
    /// Wait before the first word.
    pub(super) sleep: Option<Duration>,
    /// Die in the middle of the answer.
    pub(super) crash: bool,
    /// Fall silent in the middle of the answer.
    pub(super) hang: bool,
    /// Answer with this many characters.
    pub(super) big: Option<usize>,
    /// Fail with this sentence.
    pub(super) fail: Option<String>,
    /// Ask whether this command may run, as Codex asks.
    pub(super) approve: Option<String>,
    /// Ask this, as MCP has it.
    pub(super) form: Option<String>,
}

impl Directives {
    /// Reads the directions of a prompt and gives them with the prompt freed of them.
    pub(super) fn read(prompt: &str) -> (Self, String) {
        let mut found = Self::default();
        let mut plain = String::with_capacity(prompt.len());
        let mut rest = prompt;
        while let Some((before, after)) = rest.split_once("[[") {
            let Some((inside, tail)) = after.split_once("]]") else {
                break;
            };
            plain.push_str(before);
            let (word, value) = inside.split_once(':').unwrap_or((inside, ""));
            if !found.take(word.trim(), value) {
                plain.push_str("[[");
                plain.push_str(inside);
                plain.push_str("]]");
            }
            rest = tail;
        }
        plain.push_str(rest);
        (found, plain)
    }

    /// Takes one direction in; tells whether it was one.
    fn take(&mut self, word: &str, value: &str) -> bool {
        let text = || Some(value.to_owned());
        match word {
            "say" => self.say = text(),
            "final" => self.verdict = text(),
            "sleep" => self.sleep = value.trim().parse().ok().map(Duration::from_millis),
            "crash" => self.crash = true,
            "hang" => self.hang = true,
            "big" => self.big = value.trim().parse().ok(),
            "fail" => self.fail = text(),
            "approve" => self.approve = text(),
            "form" => self.form = text(),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_taken_out_of_the_prompt() {
        let (found, plain) =
            Directives::read("a [[say:x: y]]b [[sleep:20]] [[note]] [[say:last]][[crash]] [[open");
        let expected = Directives {
            say: Some("last".to_owned()),
            sleep: Some(Duration::from_millis(20)),
            crash: true,
            ..Directives::default()
        };
        assert_eq!(found, expected);
        assert_eq!(plain, "a b  [[note]]  [[open");
    }

    #[test]
    fn nonsense_is_no_direction() {
        let (found, _) = Directives::read("[[sleep:soon]] [[big:]] ]] [[");
        assert_eq!(found, Directives::default());
    }
}
