//! What can be wrong with a plan, each in one sentence that says what to mend. The sentences go to the
//! member that is asked once more, and to the operator who wrote the plan.

use super::{ACCEPT_MAX, KEY_MAX, STEP_MAX, STEPS_MAX};

/// What is wrong with a plan. Keys in it are made of plain letters, and other words are cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is no plan in the answer.
    #[error("there is no JSON object with a list of `steps` in it")]
    NoSteps,
    /// It is empty.
    #[error("there is no step; give at least one")]
    Empty,
    /// There are too many steps.
    #[error("there are {0} steps, and at most {STEPS_MAX} are taken; join some of them")]
    TooMany(usize),
    /// A step is no object.
    #[error("step {0} is no object")]
    NoObject(usize),
    /// A step has no key.
    #[error("step {0} has no `key`; give it a short name of letters and digits")]
    NoKey(usize),
    /// A key is too long.
    #[error("the key of step {0} has more than {KEY_MAX} characters; give it a shorter one")]
    LongKey(usize),
    /// Two steps have the same key.
    #[error("the key `{0}` is given to two steps; give each its own")]
    Twice(String),
    /// A step says nothing.
    #[error("step `{0}` does not say what is to be done; give it a `prompt`")]
    NoPrompt(String),
    /// A step says too much.
    #[error("the prompt of step `{0}` has {1} bytes, and at most {STEP_MAX} are taken; shorten it")]
    LongPrompt(String, usize),
    /// The acceptance note is too long.
    #[error(
        "what says when step `{0}` is done has {1} bytes, and at most {ACCEPT_MAX} are taken; shorten it"
    )]
    LongNote(String, usize),
    /// A step waits for one that is not there.
    #[error(
        "step `{0}` is after `{1}`, and no step has that key; name one that is there or leave it out"
    )]
    UnknownStep(String, String),
    /// A step waits for itself.
    #[error("step `{0}` is after itself; leave that out")]
    AfterItself(String),
    /// Steps wait for each other.
    #[error("these steps wait for each other in a circle: {0}; leave one of these `after` out")]
    Circle(String),
    /// A word that names nothing.
    #[error("step `{0}`: {1}")]
    Word(String, String),
    /// The step would be planned again.
    #[error("step `{0}` would be planned itself; give its own steps here, or work it another way")]
    Nested(String),
    /// The room cannot work the step.
    #[error("step `{0}` cannot be worked: {1}")]
    Refused(String, String),
}
