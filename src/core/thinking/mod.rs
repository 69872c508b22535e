//! Thinking sessions: the thoughts that a task has so far, what a further one may be, and what comes
//! next.
//!
//! Owns the numbering, the rules that a proposed thought must keep, and the shape of the tree. It does
//! not know the tool that records thoughts: that one checks nothing, so everything is checked here.
//!
//! **Invariant:** thoughts are numbered from 1 without gaps; what a thought revises or branches from
//! has a smaller number.

mod brief;
mod proposal;
mod tree;

use serde::{Deserialize, Serialize};

use crate::core::{CallId, MemberName, Text};

pub(crate) use brief::{brief, can_be_brief};
pub use proposal::{Flaw, Proposal, SHAPE};
pub use tree::{Place, tree};

/// How many thoughts a task is given when nothing else is configured.
pub const MOST_THOUGHTS: u32 = 12;
/// The most thoughts that can be configured.
pub const THOUGHTS_MAX: u32 = 200;
/// How many bytes of a thought are kept; the whole answer is in the journal.
const THOUGHT_KEPT: usize = 16 * 1024;
/// How many bytes of each thought the state keeps once its task is over.
const THOUGHT_KEPT_AFTER: usize = 1024;

/// One thought of a thinking session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thought {
    /// Its place, counted from 1; given by the room.
    pub number: u32,
    /// What is thought; untrusted.
    pub text: Text,
    /// The earlier thought that it corrects.
    pub revises: Option<u32>,
    /// The branch to which it belongs; none for the trunk.
    pub branch: Option<Branch>,
    /// How many thoughts the member expects in all; never less than `number`.
    pub total: u32,
    /// Whether the member found only now that it needs more thoughts than it had expected.
    pub needs_more: bool,
    /// Whether the member wants to think further.
    pub more: bool,
}

/// Another way that was tried from an earlier thought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// What the member calls it; untrusted, one line.
    pub id: String,
    /// The thought from which it begins; the same for all thoughts of the branch.
    pub from: u32,
}

/// Who keeps a thought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// The thinking tool has recorded it, and its count agrees with ours.
    Tool {
        /// How many thoughts the tool says that it holds.
        history: u32,
        /// How many earlier ones a fresh process of it was told first.
        replayed: u32,
    },
    /// Synod alone; why, in words for the operator.
    Room {
        /// What is missing and what to do.
        why: String,
    },
}

/// A thought with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub(crate) thought: Thought,
    pub(crate) call: CallId,
    pub(crate) member: MemberName,
    pub(crate) keeper: Option<Keeper>,
}

impl Kept {
    /// The thought.
    #[must_use]
    pub fn thought(&self) -> &Thought {
        &self.thought
    }

    /// The call that brought it.
    #[must_use]
    pub fn call(&self) -> CallId {
        self.call
    }

    /// Whose it is.
    #[must_use]
    pub fn member(&self) -> &MemberName {
        &self.member
    }

    /// Who keeps it; nobody said so yet while it is none.
    #[must_use]
    pub fn keeper(&self) -> Option<&Keeper> {
        self.keeper.as_ref()
    }
}

/// What a thinking session needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The last thought has to be recorded first.
    Record,
    /// The thought of this number.
    Think(u32),
    /// The answer to the task.
    Conclude,
}

/// The thoughts of one task, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thinking {
    most: u32,
    kept: Vec<Kept>,
}

impl Default for Thinking {
    fn default() -> Self {
        Self::of(MOST_THOUGHTS)
    }
}

impl Thinking {
    /// A session that takes at most `most` thoughts. The bound stays as it was when the session began,
    /// so that a new setting ends nobody's thought in the middle.
    #[must_use]
    pub fn of(most: u32) -> Self {
        Self {
            most,
            kept: Vec::new(),
        }
    }

    /// How many thoughts are taken at most.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.most
    }

    /// The thoughts in order.
    #[must_use]
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Whether nothing was thought yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The thought that a call brought.
    #[must_use]
    pub fn of_call(&self, call: CallId) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.call == call)
    }

    /// What is needed next.
    #[must_use]
    pub fn step(&self) -> Step {
        match self.kept.last() {
            Some(last) if last.keeper.is_none() => Step::Record,
            Some(last) if !last.thought.more || last.thought.number >= self.most => Step::Conclude,
            Some(_) | None => Step::Think(self.next_number()),
        }
    }

    /// Reads what a member answered as the next thought.
    pub fn read(&self, answer: &str) -> Result<Thought, Flaw> {
        self.admit(Proposal::read(answer)?)
    }

    /// Holds a proposal against the thoughts so far, and numbers it.
    pub fn admit(&self, proposal: Proposal) -> Result<Thought, Flaw> {
        let number = self.next_number();
        let known = |field: &'static str, named: Option<u32>| match named {
            Some(named) if named == 0 || named >= number => Err(Flaw::NoSuchThought {
                field,
                named,
                there: number - 1,
            }),
            Some(_) | None => Ok(named),
        };
        let revises = known("revises", proposal.revises)?;
        let from = known("branch_from", proposal.branch_from)?;
        let branch = self.branch(number, from, proposal.branch_id)?;
        let expected = self.kept.last().map_or(number, |last| last.thought.total);
        let named = proposal.total.unwrap_or(expected).min(THOUGHTS_MAX);
        let more = proposal.more || proposal.needs_more;
        let least = if more { number + 1 } else { number };
        Ok(Thought {
            number,
            text: Text::from(proposal.text).excerpt(THOUGHT_KEPT),
            revises,
            branch,
            total: if proposal.needs_more {
                named.max(least)
            } else {
                named.max(number)
            },
            needs_more: proposal.needs_more,
            more,
        })
    }

    /// The branch that a proposal means: one that is there, or a new one from a thought.
    fn branch(
        &self,
        number: u32,
        from: Option<u32>,
        id: Option<String>,
    ) -> Result<Option<Branch>, Flaw> {
        let there = id.as_ref().and_then(|id| {
            let mut branches = self.kept.iter().filter_map(|it| it.thought.branch.as_ref());
            branches.find(|branch| branch.id == *id)
        });
        match (there, from, id) {
            (Some(branch), _, _) => Ok(Some(branch.clone())),
            (None, Some(from), id) => Ok(Some(Branch {
                id: id.unwrap_or_else(|| format!("from {from} at {number}")),
                from,
            })),
            (None, None, Some(id)) => Err(Flaw::NoSuchBranch { id }),
            (None, None, None) => Ok(None),
        }
    }

    /// The number that the next thought will have.
    pub(crate) fn next_number(&self) -> u32 {
        self.kept.last().map_or(1, |last| last.thought.number + 1)
    }

    /// Takes a thought in if it is the next one and refers to earlier ones only.
    pub(crate) fn push(&mut self, kept: Kept) {
        let number = kept.thought.number;
        let earlier = |named: Option<u32>| named.is_none_or(|named| named > 0 && named < number);
        let from = kept.thought.branch.as_ref().map(|branch| branch.from);
        if number == self.next_number()
            && number <= THOUGHTS_MAX
            && earlier(kept.thought.revises)
            && earlier(from)
        {
            self.kept.push(kept);
        }
    }

    /// Notes who keeps the thought of a number.
    pub(crate) fn record(&mut self, number: u32, keeper: &Keeper) {
        let kept = self.kept.iter_mut().find(|it| it.thought.number == number);
        if let Some(kept) = kept {
            kept.keeper = Some(keeper.clone());
        }
    }

    /// Forgets that the tool has the thoughts: its process is gone, and it keeps nothing.
    pub(crate) fn tool_is_gone(&mut self) {
        if let Some(last) = self.kept.last_mut() {
            last.keeper = None;
        }
    }

    /// Keeps only the beginning and the end of long thoughts.
    pub(crate) fn shorten(&mut self) {
        for kept in &mut self.kept {
            kept.thought.text = kept.thought.text.excerpt(THOUGHT_KEPT_AFTER);
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{Branch, Keeper, Kept, Step, Thinking};
    use crate::core::fixture::name;
    use crate::core::{CallId, Text};

    fn kept(thinking: &Thinking, answer: &Value) -> Kept {
        Kept {
            thought: thinking.read(&answer.to_string()).unwrap(),
            call: CallId(1),
            member: name("codex"),
            keeper: Some(Keeper::Room { why: String::new() }),
        }
    }

    fn thinking(answers: &[Value]) -> Thinking {
        let mut thinking = Thinking::default();
        for answer in answers {
            let kept = kept(&thinking, answer);
            thinking.push(kept);
        }
        thinking
    }

    fn plain(text: &str) -> Value {
        json!({"thought": text, "next_thought_needed": true})
    }

    fn why(thinking: &Thinking, answer: &Value) -> String {
        thinking.read(&answer.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn thoughts_are_numbered_by_the_room_and_totals_follow() {
        let two = thinking(&[
            json!({"thought": "a", "next_thought_needed": true, "thought_number": 7, "total_thoughts": 2}),
            plain("b"),
        ]);
        let totals = |thinking: &Thinking| -> Vec<(u32, u32)> {
            let kept = thinking.kept().iter();
            kept.map(|it| (it.thought.number, it.thought.total))
                .collect()
        };
        assert_eq!(totals(&two), [(1, 2), (2, 2)]);
        let third = two.read(&plain("c").to_string()).unwrap();
        assert_eq!((third.number, third.total), (3, 3));
        let more =
            json!({"thought": "c", "next_thought_needed": false, "needs_more_thoughts": true});
        let more = two.read(&more.to_string()).unwrap();
        assert_eq!((more.total, more.more, more.needs_more), (4, true, true));
    }

    #[test]
    fn what_is_revised_or_branched_from_must_be_there() {
        let two = thinking(&[plain("a"), plain("b")]);
        let with = |field: &str, value: Value| {
            let mut answer = plain("c");
            answer[field] = value;
            answer
        };
        let read = |answer: &Value| two.read(&answer.to_string()).unwrap();
        assert_eq!(read(&with("revises", json!(2))).revises, Some(2));
        assert_eq!(
            why(&two, &with("revises", json!(3))),
            "`revises` names thought 3, and there are only the thoughts 1 to 2"
        );
        assert_eq!(
            why(&Thinking::default(), &with("branch_from", json!(1))),
            "`branch_from` names thought 1, and there is no thought yet"
        );
        assert_eq!(
            why(&two, &with("branch_id", json!("x"))),
            "`branch_id` names a branch that is not there; give `branch_from` to begin one"
        );
    }

    #[test]
    fn a_branch_goes_on_where_it_began() {
        let mut other = plain("c");
        other["branch_from"] = json!(1);
        other["branch_id"] = json!("cache");
        let three = thinking(&[plain("a"), plain("b"), other]);
        let branch = Branch {
            id: "cache".to_owned(),
            from: 1,
        };
        let mut on = plain("d");
        on["branch_id"] = json!("cache");
        assert_eq!(
            three.read(&on.to_string()).unwrap().branch,
            Some(branch.clone())
        );
        on["branch_from"] = json!(3);
        assert_eq!(three.read(&on.to_string()).unwrap().branch, Some(branch));
        let mut unnamed = plain("d");
        unnamed["branch_from"] = json!(2);
        let id = three.read(&unnamed.to_string()).unwrap().branch.unwrap().id;
        assert_eq!(id, "from 2 at 4");
    }

    #[test]
    fn each_thought_is_recorded_before_the_next_and_the_bound_concludes() {
        let mut two = thinking(&[plain("a"), plain("b")]);
        assert_eq!(two.step(), Step::Think(3));
        let bounded = Thinking {
            most: 2,
            ..two.clone()
        };
        assert_eq!(bounded.step(), Step::Conclude);
        two.tool_is_gone();
        assert_eq!(two.step(), Step::Record);
        let keeper = Keeper::Tool {
            history: 2,
            replayed: 1,
        };
        two.record(2, &keeper);
        assert_eq!(two.step(), Step::Think(3));
        let done = thinking(&[json!({"thought": "a", "next_thought_needed": "false"})]);
        assert_eq!(done.step(), Step::Conclude);
        assert_eq!(Thinking::default().step(), Step::Think(1));
    }

    #[test]
    fn what_does_not_follow_is_not_taken_in() {
        let mut two = thinking(&[plain("a"), plain("b")]);
        let before = two.clone();
        let mut next = kept(&two, &plain("c"));
        next.thought.number = 4;
        two.push(next.clone());
        next.thought.number = 3;
        next.thought.revises = Some(3);
        two.push(next);
        assert_eq!(two, before);
    }

    #[test]
    fn long_thoughts_are_cut() {
        let long = thinking(&[plain(&"x".repeat(100_000))]);
        let mut after = long.clone();
        after.shorten();
        let size = |thinking: &Thinking| thinking.kept()[0].thought.text.len();
        assert!(size(&long) < 17_000 && size(&after) < 1_200);
        assert_ne!(long.kept()[0].thought.text, Text::from(""));
    }
}
