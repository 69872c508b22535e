//! Whether answers agree, and how it was settled when they do not.
//!
//! The way of an answer: the prompt says what kind of answer it wants ([`question`]); the final answer is
//! found in the text ([`block`], [`extract`]) and brought into a normal form ([`normal`], [`prose`]), or it
//! says nothing ([`reading`]); two of them are compared and all of them grouped ([`verdict`]); the groups of
//! a council are its candidates ([`detect`]). In the grey zone a judge says whether two are the same
//! ([`judged`]).
//!
//! Candidates can be taken apart into claims, so that a vote is on the contested ones ([`claims`]), and the
//! result can be made of more than one of them ([`synthesis`]).

pub mod block;
pub mod claims;
pub mod detect;
pub mod extract;
pub mod judged;
pub mod normal;
pub mod prose;
pub mod question;
pub mod reading;
pub mod synthesis;
pub mod verdict;

use serde::{Deserialize, Serialize};

use crate::core::{Actor, CallId, Text};

/// One of the distinct answers of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What sets it apart: the final answer as written, or the first line of the text, cut where it
    /// is long; untrusted.
    pub label: String,
    /// The calls that gave it, oldest first; never empty.
    pub calls: Vec<CallId>,
}

/// How a conflict was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The candidate that stands; `None` when the result was written by hand.
    pub chosen: Option<usize>,
    /// The words of the operator, when the result was written by hand.
    pub text: Option<Text>,
    /// Who settled it.
    pub by: Actor,
}
