//! `synod mcp rehearsal`: a member that plays a part instead of asking a model.
//!
//! Same tools and wire shape as [`super::openai`], so one adapter serves both. An answer is a pure
//! function of seed, persona, turn and prompt; only its pace is real time. It says plainly that it
//! is a rehearsal, its model is called `rehearsal:<persona>`, and it must never be counted as a
//! model in any figure.
//!
//! When the prompt shows a fenced block that opens with `` ```final ``, the answer ends with one:
//! `{"kind": …, "value": …, "confidence": …}`. All personas agree on the value (it comes from the
//! prompt alone), except `wrong`.
//!
//! When it asks for a thought of a thinking session, the answer is one: five thoughts in all, of which
//! the third revises the first and the fourth tries another way from the second. The persona `wrong`
//! gives its first thought in prose, so that it has to be asked again.
//!
//! When it asks for a plan, it is one of four steps, of which the middle two build on the first and the last
//! one checks both. The persona `wrong` answers in prose at first, so that it has to be asked again.
//!
//! When it asks to judge the answers of others, it is a ballot, a position or an opinion that can be read:
//! all personas prefer the same answers, by dice over their texts, but for `wrong`; in a consensus round
//! `thoughtful` changes to what it prefers, and the others hold. Two answers mean the same to it where
//! their last lines do. As a clerk it has the last lines contradict each other and adds a few sentences of
//! each answer; `wrong` judges and holds the contrary, `forgetful` has nothing on the last answer.
//!
//! Words in double brackets in the prompt take over from the persona, for tests: `[[say:TEXT]]`,
//! `[[final:VALUE]]`, `[[sleep:MS]]`, `[[crash]]`, `[[hang]]`, `[[big:CHARACTERS]]`,
//! `[[fail:TEXT]]`, `[[approve:COMMAND]]` (asks in the shape that Codex uses) and
//! `[[form:QUESTION]]` (asks in the standard shape). The last of a kind counts.
//!
//! To a client of the newest protocol it presents itself as a server of 2025-11-25: later versions
//! have no requests from server to client, and asking is part of the play.

mod asking;
mod comparing;
mod directives;
mod handler;
mod judging;
mod persona;
mod planning;
mod prose;
mod reasoning;
mod script;
mod verdict;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use persona::{Persona, UnknownPersona};

use super::ServeError;

/// What a person sets for `synod mcp rehearsal`.
#[derive(Debug, Clone)]
pub struct RehearsalOptions {
    /// The part to play.
    pub persona: Persona,
    /// Same seed, same answers.
    pub seed: u64,
    /// What the member calls itself; the persona's own word when absent.
    pub name: Option<String>,
    /// Time per word; the persona's own pace when absent, no waiting when zero.
    pub pace: Option<Duration>,
}

/// Serves on stdin and stdout until stdin ends.
pub async fn serve(options: RehearsalOptions) -> Result<(), ServeError> {
    let gone = CancellationToken::new();
    let handler = handler::Rehearsal::new(options, gone.clone());
    super::stdio::serve(handler, gone).await
}
