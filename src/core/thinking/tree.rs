//! The tree of the thoughts: where each stands, in the order in which they are drawn.
//!
//! The trunk is flat. Below a thought hang its revisions and the branches that begin from it; the
//! thoughts of a branch are flat again. Nothing here has a colour or a glyph.

use std::collections::BTreeMap;

use crate::core::thinking::Kept;

/// A thought in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The thought.
    pub kept: &'a Kept,
    /// For each level above it, from the outermost: whether more follows on that level.
    pub goes_on: Vec<bool>,
    /// Whether it is the first thought of its branch.
    pub opens_branch: bool,
}

impl Place<'_> {
    /// How deep it stands; the trunk is at 0.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.goes_on.len()
    }
}

/// The thoughts in the order in which they are drawn: each once, each below what it hangs from.
#[must_use]
pub fn tree(kept: &[Kept]) -> Vec<Place<'_>> {
    let mut below: BTreeMap<Option<u32>, Vec<(u32, &Kept)>> = BTreeMap::new();
    let mut first_of: BTreeMap<&str, u32> = BTreeMap::new();
    for one in kept {
        let thought = one.thought();
        let number = thought.number;
        let (parent, group) = match (&thought.branch, thought.revises) {
            (Some(branch), _) => {
                let first = *first_of.entry(&branch.id).or_insert(number);
                (Some(branch.from), first)
            }
            (None, Some(revised)) => (Some(revised), number),
            (None, None) => (None, number),
        };
        below.entry(parent).or_default().push((group, one));
    }
    for children in below.values_mut() {
        children.sort_by_key(|(group, one)| (*group, one.thought().number));
    }
    let mut places = Vec::with_capacity(kept.len());
    // What is still to be drawn, the next one last; parents have smaller numbers, so it ends.
    let mut open: Vec<(&Kept, Vec<bool>)> = Vec::new();
    push_children(&mut open, &below, None, &[]);
    while let Some((one, goes_on)) = open.pop() {
        let number = one.thought().number;
        push_children(&mut open, &below, Some(number), &goes_on);
        let branch = one.thought().branch.as_ref();
        places.push(Place {
            kept: one,
            goes_on,
            opens_branch: branch.is_some_and(|it| first_of.get(it.id.as_str()) == Some(&number)),
        });
    }
    places
}

fn push_children<'a>(
    open: &mut Vec<(&'a Kept, Vec<bool>)>,
    below: &BTreeMap<Option<u32>, Vec<(u32, &'a Kept)>>,
    parent: Option<u32>,
    goes_on: &[bool],
) {
    let Some(children) = below.get(&parent) else {
        return;
    };
    let last = children.len() - 1;
    for (index, (_, one)) in children.iter().enumerate().rev() {
        let mut levels = goes_on.to_vec();
        if parent.is_some() {
            levels.push(index < last);
        }
        open.push((one, levels));
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::tree;
    use crate::core::fixture::name;
    use crate::core::thinking::{Branch, Kept, Thinking, Thought};
    use crate::core::{CallId, Text};

    fn kept(number: u32, revises: Option<u32>, branch: Option<(&str, u32)>) -> Kept {
        Kept {
            thought: Thought {
                number,
                text: Text::from("x"),
                revises,
                branch: branch.map(|(id, from)| Branch {
                    id: id.to_owned(),
                    from,
                }),
                total: number,
                needs_more: false,
                more: true,
            },
            call: CallId(number.into()),
            member: name("codex"),
            keeper: None,
        }
    }

    /// Each thought as drawn: number, depth, and a mark where a branch opens.
    fn drawn(all: Vec<Kept>) -> Vec<(u32, usize, bool)> {
        let mut thinking = Thinking::default();
        for one in all {
            thinking.push(one);
        }
        let places = tree(thinking.kept());
        places
            .iter()
            .map(|it| (it.kept.thought().number, it.depth(), it.opens_branch))
            .collect()
    }

    #[test]
    fn revisions_and_branches_hang_below_their_thought() {
        let all = vec![
            kept(1, None, None),
            kept(2, None, None),
            kept(3, Some(1), None),
            kept(4, None, Some(("cache", 2))),
            kept(5, None, None),
            kept(6, None, Some(("cache", 2))),
            kept(7, None, Some(("retry", 2))),
            kept(8, Some(4), None),
        ];
        assert_eq!(
            drawn(all),
            [
                (1, 0, false),
                (3, 1, false),
                (2, 0, false),
                (4, 1, true),
                (8, 2, false),
                (6, 1, false),
                (7, 1, true),
                (5, 0, false),
            ]
        );
    }

    #[test]
    fn levels_know_whether_more_follows() {
        let all = vec![
            kept(1, None, None),
            kept(2, None, Some(("a", 1))),
            kept(3, Some(2), None),
            kept(4, None, Some(("b", 1))),
        ];
        let mut thinking = Thinking::default();
        for one in all {
            thinking.push(one);
        }
        let levels: Vec<Vec<bool>> = tree(thinking.kept())
            .into_iter()
            .map(|it| it.goes_on)
            .collect();
        assert_eq!(levels, [vec![], vec![true], vec![true, false], vec![false]]);
    }

    #[test]
    fn nothing_thought_is_nothing_drawn() {
        assert_eq!(drawn(Vec::new()), []);
    }
}
