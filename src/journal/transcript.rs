//! What of an event can be searched, and the piece of it that is shown for a hit.
//!
//! A call's prompt is its task's prompt, and a result is one of the answers unless the operator
//! wrote it; so each text is found once, where it came from.

use crate::core::text::head;
use crate::core::{Basis, CallId, Ending, Event, Outcome, TaskId};

/// How many bytes of one text can be searched; models rarely write more, and a flood must not
/// stop the writer.
const SEARCHED_MAX: usize = 256 * 1024;

/// How many characters of an excerpt stand before the found word.
const BEFORE: usize = 40;
/// How many characters an excerpt has.
const EXCERPT: usize = 160;

/// Text of an event that can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transcript<'a> {
    pub(super) call: Option<CallId>,
    /// `None` where the event does not say; a call's task is known from its start.
    pub(super) task: Option<TaskId>,
    pub(super) text: &'a str,
}

/// The text of an event that can be searched, if it has any.
pub(super) fn transcript(event: &Event) -> Option<Transcript<'_>> {
    let (call, task, text) = match event {
        Event::TaskAdded { task, order, .. } | Event::TaskReopened { task, order } => {
            (None, Some(*task), order.prompt.as_str())
        }
        Event::TaskReworded { task, prompt, .. } => (None, Some(*task), prompt.as_str()),
        Event::CallEnded { call, ending } => (Some(*call), None, ended(ending)?),
        Event::TaskConcluded { task, outcome } => (None, Some(*task), written(outcome)?),
        Event::ResultReplaced { task, result } => (None, Some(*task), result.as_str()),
        Event::RoomOpened { .. }
        | Event::RoomResumed
        | Event::RoomClosed
        | Event::BudgetSet { .. }
        | Event::UpkeepSet { .. }
        | Event::MemberRested { .. }
        | Event::PolicySet { .. }
        | Event::AttentionWithdrawn { .. }
        | Event::ModelLent { .. }
        | Event::MemberEnrolled { .. }
        | Event::MemberLeft { .. }
        | Event::MemberRestarted { .. }
        | Event::MemberHealthChanged { .. }
        | Event::MemberPaused { .. }
        | Event::MemberResumed { .. }
        | Event::SessionOpened { .. }
        | Event::SessionBound { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionClosed { .. }
        | Event::SessionForked { .. }
        | Event::SessionChanged { .. }
        | Event::SessionsAsked { .. }
        | Event::SessionsListed { .. }
        | Event::DigesterSet { .. }
        | Event::DigestOrdered { .. }
        | Event::SessionDigested { .. }
        | Event::TaskReprioritised { .. }
        | Event::TaskMoved { .. }
        | Event::TaskRelabelled { .. }
        | Event::TaskRouted { .. }
        | Event::TaskDelayed { .. }
        | Event::CallStarted { .. }
        | Event::ThoughtsBounded { .. }
        | Event::ThoughtProposed { .. }
        | Event::ThoughtRecorded { .. }
        | Event::Planned { .. }
        | Event::Appraised { .. }
        | Event::AgreementFound { .. }
        | Event::ConflictFound { .. }
        | Event::KindsSet { .. }
        | Event::Checked { .. }
        | Event::RoutingSet { .. }
        | Event::Advised { .. }
        | Event::ResultRated { .. }
        | Event::LadderSet { .. }
        | Event::LadderClimbed { .. }
        | Event::VoteOpened { .. }
        | Event::InquiryMade { .. }
        | Event::InquiryAnswered { .. }
        | Event::CandidatesJoined { .. }
        | Event::OperatorVoted { .. }
        | Event::VoteClosed { .. }
        | Event::Decided { .. }
        | Event::AttentionRaised { .. }
        | Event::AttentionResolved { .. }
        | Event::EditSettled { .. }
        | Event::Shared { .. }
        | Event::RetentionSet { .. }
        | Event::ResultsAged { .. }
        | Event::NoteOrdered { .. }
        | Event::NoteSettled { .. }
        | Event::ReportStale { .. } => return None,
    };
    let text = head(text, SEARCHED_MAX);
    (!text.trim().is_empty()).then_some(Transcript { call, task, text })
}

/// The words of a query, in lower case.
pub(super) fn words(query: &str) -> Vec<String> {
    query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// About 160 characters around the first place where one of `words` begins, on one line.
pub(super) fn excerpt(text: &str, words: &[String]) -> String {
    let found = first_place(text, words).unwrap_or(0);
    let before = text.get(..found).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(BEFORE - 1)
        .map_or(0, |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let end = rest
        .char_indices()
        .nth(EXCERPT)
        .map_or(rest.len(), |(at, _)| at);
    let piece = rest.get(..end).unwrap_or_default();
    let line = piece.split_whitespace().collect::<Vec<_>>().join(" ");
    let (left, right) = (
        if start > 0 { "…" } else { "" },
        if end < rest.len() { "…" } else { "" },
    );
    format!("{left}{line}{right}")
}

/// Whether every word begins some word of the text (the in-memory journal's search).
pub(super) fn has_all(text: &str, words: &[String]) -> bool {
    !words.is_empty()
        && words
            .iter()
            .all(|word| first_place(text, std::slice::from_ref(word)).is_some())
}

fn first_place(text: &str, words: &[String]) -> Option<usize> {
    let mut inside = false;
    text.char_indices().find_map(|(at, c)| {
        let begins = c.is_alphanumeric() && !inside;
        inside = c.is_alphanumeric();
        let rest = text.get(at..)?;
        (begins && words.iter().any(|word| starts_with(rest, word))).then_some(at)
    })
}

fn starts_with(text: &str, word: &str) -> bool {
    let mut lower = text.chars().flat_map(char::to_lowercase);
    word.chars().all(|wanted| lower.next() == Some(wanted))
}

fn ended(ending: &Ending) -> Option<&str> {
    match ending {
        Ending::Answered(answer) => Some(answer.text.as_str()),
        Ending::Failed { partial, .. } | Ending::Cancelled { partial } => Some(partial.as_str()),
        Ending::Interrupted => None,
    }
}

fn written(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Done { result, basis, .. } => match basis {
            Basis::Operator => Some(result.as_str()),
            Basis::Only
            | Basis::First
            | Basis::Agreement
            | Basis::LastStep
            | Basis::Conclusion
            | Basis::Plan
            | Basis::Vote
            | Basis::Consensus
            | Basis::Expert
            | Basis::Merged
            | Basis::Fallback => None,
        },
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, has_all, words};

    #[test]
    fn an_excerpt_is_one_line_around_the_word() {
        let text = format!(
            "{}\n\nthe Token\trefresh {}",
            "lead ".repeat(50),
            "tail ".repeat(50)
        );
        let shown = excerpt(&text, &words("token"));
        assert!(shown.contains("the Token refresh"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() <= 162, "{shown}");
        assert_eq!(excerpt("Größe", &words("xyz")), "Größe");
    }

    #[test]
    fn words_are_found_at_their_beginnings() {
        assert!(has_all("Die Größe zählt", &words("größ zähl")));
        assert!(!has_all("unmoved", &words("moved")));
        assert!(!has_all("anything", &[]));
        assert_eq!(words("a\"b* -c"), ["a", "b", "c"]);
    }
}
