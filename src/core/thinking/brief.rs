//! The chain of thoughts made short, for a model that has no room for it. Extractive: no model is
//! asked, and what the state and the thinking tool keep stays whole.

use crate::core::Thought;
use crate::core::digest::digest;
use crate::core::text::clipped;

/// How many bytes a short chain has at most …
const CHAIN_MAX: usize = 8 * 1024;
/// … and below how many there is nothing to gain.
const CHAIN_SHORT: usize = 1024;

/// Whether a chain has enough in it to be made shorter.
pub(crate) fn can_be_brief<'a>(thoughts: impl IntoIterator<Item = &'a Thought>) -> bool {
    size(thoughts) > CHAIN_SHORT
}

/// All thoughts with their places, and of the long ones what says most of it: at most
/// [`CHAIN_MAX`] bytes together, and at most half of what they had. Short ones stay as they are.
pub(crate) fn brief(mut thoughts: Vec<Thought>) -> Vec<Thought> {
    let limit = CHAIN_MAX.min(size(&thoughts) / 2);
    let most = share(&thoughts, limit);
    for thought in &mut thoughts {
        let short = digest(&thought.text, most);
        thought.text = if short.is_empty() {
            // One sentence beyond the share; the mark of the cut takes three bytes.
            clipped(thought.text.as_str(), most.saturating_sub(3)).into()
        } else {
            short
        };
    }
    thoughts
}

fn size<'a>(thoughts: impl IntoIterator<Item = &'a Thought>) -> usize {
    thoughts.into_iter().map(|thought| thought.text.len()).sum()
}

/// The most bytes that each may have so that all fit: what short ones leave goes to the long ones.
fn share(thoughts: &[Thought], limit: usize) -> usize {
    let mut sizes: Vec<usize> = thoughts.iter().map(|thought| thought.text.len()).collect();
    sizes.sort_unstable();
    let (mut left, mut others) = (limit, sizes.len());
    for size in sizes {
        let even = left / others.max(1);
        if size > even {
            return even;
        }
        left -= size;
        others -= 1;
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::{CHAIN_MAX, brief, can_be_brief};
    use crate::core::{Text, Thought};

    fn chain(texts: &[String]) -> Vec<Thought> {
        let numbered = (1..).zip(texts);
        numbered
            .map(|(number, text)| Thought {
                number,
                text: Text::from(text.as_str()),
                revises: None,
                branch: None,
                total: number,
                needs_more: false,
                more: true,
            })
            .collect()
    }

    #[test]
    fn short_thoughts_stay_and_long_ones_share_what_is_left() {
        let texts = [
            "It races.".to_owned(),
            "The login test waits for the token of the login. ".repeat(400),
            "x".repeat(50_000),
        ];
        let short = brief(chain(&texts));
        let sizes: Vec<usize> = short.iter().map(|it| it.text.len()).collect();
        assert!(sizes.iter().sum::<usize>() <= CHAIN_MAX, "{sizes:?}");
        assert_eq!(short[0].text.as_str(), texts[0]);
        assert!(sizes[1] > 2_000 && sizes[2] > 300, "{sizes:?}");
    }

    #[test]
    fn two_hundred_thoughts_of_one_long_sentence_still_say_something() {
        let short = brief(chain(&vec!["so it goes on and on ".repeat(100); 200]));
        assert!(short.iter().all(|it| it.text.len() > 20));
        let sum: usize = short.iter().map(|it| it.text.len()).sum();
        assert!(sum <= CHAIN_MAX, "{sum}");
    }

    #[test]
    fn a_chain_below_the_limit_is_halved_and_a_tiny_one_has_nothing_to_give() {
        let some = chain(&vec!["It waits for the token. ".repeat(20); 4]);
        assert!(can_be_brief(&some));
        let sum = |all: &[Thought]| all.iter().map(|it| it.text.len()).sum::<usize>();
        assert!(sum(&brief(some.clone())) <= sum(&some) / 2);
        assert!(!can_be_brief(&chain(&["It races.".to_owned()])));
    }
}
