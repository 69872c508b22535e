//! Facts of a room, in the past tense. Never refused, never changed; their stored form is the
//! journal's codec, not these types.

use serde::{Deserialize, Serialize};

use crate::core::advice::Advised;
use crate::core::appraisal::Appraised;
use crate::core::forecast::Forecast;
use crate::core::ladder::{Answered, Closed, Inquiry, Ladder, OperatorBallot, Stage, Terms};
use crate::core::lesson::Shared;
use crate::core::routing::chosen::Route;
use crate::core::routing::setting::Setting;
use crate::core::routing::whether::Convened;
use crate::core::voting::{Nature, Panel};
use crate::core::{
    Access, Actor, Analysis, ApprovalPolicy, AskId, Attention, AttentionId, Budget, CallId,
    Candidate, Checked, Decision, DigestOrder, Ending, Handle, Health, Input, Keeper, Kinds,
    Listing, MemberName, MemberSpec, NoteEnd, NoteOrder, Old, Outcome, Planned, Priority, Purpose,
    Resolution, Retention, SessionChange, SessionDigest, SessionId, Settled, Spot, TaskId,
    TaskKind, TaskOrder, Text, Thought, Timestamp, Upkeep,
};

/// An event with its place and time in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Place, counted from 1 without gaps.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The fact.
    pub event: Event,
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    // ─── Room ───
    /// The room was made.
    RoomOpened {
        /// Its name, for show.
        name: String,
    },
    /// A room process took the room up again.
    RoomResumed,
    /// The room process ended in good order.
    RoomClosed,
    /// The operator set what may be spent.
    BudgetSet {
        /// The limits.
        budget: Budget,
    },
    /// How long things may lie idle was set.
    UpkeepSet {
        /// How long.
        upkeep: Upkeep,
    },
    /// What is answered without the operator was set.
    PolicySet {
        /// All of it.
        policy: ApprovalPolicy,
    },
    /// The operator set how many thoughts a thinking session takes at most.
    ThoughtsBounded {
        /// So many.
        most: u32,
    },
    /// Which kinds of task the room has of its own was set.
    KindsSet {
        /// All of them.
        kinds: Kinds,
    },
    /// How members are chosen was set.
    RoutingSet {
        /// All of it.
        setting: Setting,
    },
    /// Something was done about what the room recommends, or followed from it.
    Advised {
        /// What.
        what: Advised,
    },

    /// Which checks there are was set, or the result of a task was checked.
    Checked {
        /// What.
        what: Checked,
    },

    // ─── Roster ───
    /// A member joined, or its configuration changed.
    MemberEnrolled {
        /// What the configuration says.
        spec: MemberSpec,
    },
    /// A member left.
    MemberLeft {
        /// Who.
        member: MemberName,
    },
    /// The operator had a member's server ended and started again.
    MemberRestarted {
        /// Who.
        member: MemberName,
    },
    /// A member's server was ended because it had nothing to do; its next turn starts it.
    MemberRested {
        /// Who.
        member: MemberName,
    },
    /// A member's server changed its state.
    MemberHealthChanged {
        /// Who.
        member: MemberName,
        /// How it is now.
        health: Health,
    },
    /// A member is given no calls for a while: it asked for patience, failed too often in a row, or
    /// is not logged in.
    MemberPaused {
        /// Who.
        member: MemberName,
        /// Why, in words.
        why: String,
        /// Until when; without it until the operator has logged it in.
        until: Option<Timestamp>,
    },
    /// A member is given calls again.
    MemberResumed {
        /// Who.
        member: MemberName,
    },

    // ─── Sessions ───
    /// A conversation was opened.
    SessionOpened {
        /// Its name.
        session: SessionId,
        /// Whose.
        member: MemberName,
        /// What it is called.
        title: String,
    },
    /// The server's own handle became known or changed.
    SessionBound {
        /// Which.
        session: SessionId,
        /// The handle.
        handle: Handle,
    },
    /// The server forgot the conversation or must not be asked about it any more; the next turn
    /// tells it the earlier ones.
    SessionUnbound {
        /// Which.
        session: SessionId,
    },
    /// A conversation was put away.
    SessionClosed {
        /// Which.
        session: SessionId,
    },
    /// A conversation was opened that knows what was said in another one.
    SessionForked {
        /// Its name.
        session: SessionId,
        /// The one that it comes from.
        from: SessionId,
        /// Whose.
        member: MemberName,
        /// What it is called.
        title: String,
    },
    /// Something was done to a conversation, or became known of it.
    SessionChanged {
        /// Which.
        session: SessionId,
        /// What.
        change: SessionChange,
    },
    /// Who writes the digests of sessions was set.
    DigesterSet {
        /// Who; `None`: the room, by its rules.
        member: Option<MemberName>,
    },
    /// A member is asked for a digest of a session's older turns.
    DigestOrdered {
        /// Which.
        session: SessionId,
        /// What was ordered.
        order: DigestOrder,
    },
    /// A digest stands for the older turns of a session from now on. The turns stay in the journal.
    SessionDigested {
        /// Which.
        session: SessionId,
        /// The digest.
        digest: SessionDigest,
    },
    /// The operator wants to know which sessions a server has.
    SessionsAsked {
        /// Whose server.
        member: MemberName,
    },
    /// A server said which sessions it has.
    SessionsListed {
        /// Whose server.
        member: MemberName,
        /// When it was asked.
        asked: Timestamp,
        /// What it said.
        listing: Listing,
    },

    // ─── Tasks ───
    /// A task came into the queue.
    TaskAdded {
        /// Its name.
        task: TaskId,
        /// What was ordered; where its kind was left open, with the kind that its text says.
        order: TaskOrder,
        /// What its text says of it; absent for what the room ordered for itself.
        analysis: Option<Box<Analysis>>,
    },
    /// The operator said of what kind a task is.
    TaskRelabelled {
        /// Which.
        task: TaskId,
        /// The kind.
        kind: TaskKind,
    },
    /// A task's priority was changed.
    TaskReprioritised {
        /// Which.
        task: TaskId,
        /// The new priority.
        priority: Priority,
    },
    /// A task that had not begun was given another text.
    TaskReworded {
        /// Which.
        task: TaskId,
        /// The new text.
        prompt: Text,
        /// Its kind, which is another one only where its text says it.
        kind: TaskKind,
        /// What its text says of it now; absent where that of the former one was.
        analysis: Option<Box<Analysis>>,
    },
    /// A task that had not begun was moved among those of its priority.
    TaskMoved {
        /// Which.
        task: TaskId,
        /// Where to.
        to: Spot,
    },
    /// Members were chosen for a task.
    TaskRouted {
        /// Which.
        task: TaskId,
        /// Who, in order.
        council: Vec<MemberName>,
        /// Why, in words.
        because: String,
        /// Why, in figures; none where the members were named, and in journals older than figures.
        route: Option<Box<Route>>,
        /// Whether one or several work it, and why; none where the order says so, and where members are
        /// chosen again.
        convened: Option<Box<Convened>>,
        /// What it is expected to come to; none where that is not said, and where members are chosen again.
        forecast: Option<Forecast>,
    },
    /// The operator praised or blamed the result of a task, or took that back.
    ResultRated {
        /// Of which task.
        task: TaskId,
        /// Whether it is good; `None`: nothing is said any more.
        good: Option<bool>,
    },
    /// A server asked for patience; no call is made for the task before then.
    TaskDelayed {
        /// Which.
        task: TaskId,
        /// Until when.
        until: Timestamp,
    },
    /// A task that ended without a result is worked again.
    TaskReopened {
        /// Which.
        task: TaskId,
        /// What was ordered.
        order: TaskOrder,
    },
    /// A task is over.
    TaskConcluded {
        /// Which.
        task: TaskId,
        /// How.
        outcome: Outcome,
    },

    // ─── Calls ───
    /// A call is made. The order to make it follows from this.
    CallStarted {
        /// Its name.
        call: CallId,
        /// For which task.
        task: TaskId,
        /// In which session.
        session: SessionId,
        /// Why.
        purpose: Purpose,
        /// What it may do.
        access: Access,
        /// The operator's words; the template around them is the members' business.
        prompt: Text,
        /// Earlier work that is handed on with the prompt.
        inputs: Vec<Input>,
    },
    /// A call is over.
    CallEnded {
        /// Which.
        call: CallId,
        /// How.
        ending: Ending,
    },

    // ─── Thinking ───
    /// A member gave the next thought of a task. The order to record it follows from this.
    ThoughtProposed {
        /// Of which task.
        task: TaskId,
        /// The call that brought it.
        call: CallId,
        /// The thought.
        thought: Thought,
    },
    /// It is settled who keeps a thought. Said again of the last one after the room was taken up
    /// again, when a fresh process of the tool has been told all of them.
    ThoughtRecorded {
        /// Of which task.
        task: TaskId,
        /// The thought's number.
        number: u32,
        /// Who keeps it.
        keeper: Keeper,
    },

    // ─── Plans ───
    /// A task was split into steps, or something became of its plan.
    Planned {
        /// What.
        what: Planned,
    },

    /// Something happened to the appraisal of a task, or to what is set of them.
    Appraised {
        /// What.
        what: Appraised,
    },

    // ─── Conflict ───
    /// The answers of a council agree.
    AgreementFound {
        /// Of which task.
        task: TaskId,
        /// Whose answers.
        calls: Vec<CallId>,
    },
    /// The answers of a council differ.
    ConflictFound {
        /// Of which task.
        task: TaskId,
        /// The distinct answers.
        candidates: Vec<Candidate>,
        /// How many of the last ones say nothing, and are no candidates of a vote.
        silent: usize,
        /// What sort of answers they are.
        nature: Nature,
    },
    /// How conflicts are settled was set.
    LadderSet {
        /// All of it.
        ladder: Ladder,
    },
    /// A conflict goes on to another step.
    LadderClimbed {
        /// Of which task.
        task: TaskId,
        /// To where.
        to: Stage,
        /// By whose word.
        by: Actor,
        /// Why, in words.
        because: String,
    },
    /// A judge found that some of the distinct answers say the same; these are left.
    CandidatesJoined {
        /// Of which task.
        task: TaskId,
        /// The distinct answers now.
        candidates: Vec<Candidate>,
        /// How many of the last ones say nothing.
        silent: usize,
    },
    /// A vote on the candidates begins.
    VoteOpened {
        /// Of which task.
        task: TaskId,
        /// Who is registered, and which vote of the task it is.
        panel: Panel,
        /// How it is counted.
        terms: Terms,
    },
    /// A member is asked about the candidates. The task that asks it was added just before.
    InquiryMade {
        /// Of which task.
        task: TaskId,
        /// Who is asked what.
        inquiry: Inquiry,
    },
    /// A member that was asked said something, or will say nothing. A vote is taken in or refused by
    /// the rules of [intake](crate::core::voting::intake).
    InquiryAnswered {
        /// Of which task.
        task: TaskId,
        /// The task that asked.
        by: TaskId,
        /// What it brought.
        answered: Answered,
    },
    /// The operator cast a ballot of its own, beside those of the members.
    OperatorVoted {
        /// Of which task.
        task: TaskId,
        /// What it says.
        ballot: OperatorBallot,
    },
    /// A vote was counted, and takes no more ballots.
    VoteClosed {
        /// Of which task.
        task: TaskId,
        /// What was counted.
        closed: Closed,
    },
    /// A conflict was settled.
    Decided {
        /// Of which task.
        task: TaskId,
        /// How.
        decision: Decision,
    },

    // ─── Attention ───
    /// Something waits for the operator.
    AttentionRaised {
        /// What.
        attention: Attention,
    },
    /// It was settled.
    AttentionResolved {
        /// Which.
        attention: AttentionId,
        /// The server's question that waited for it, if one did.
        asked: Option<(CallId, AskId)>,
        /// How and by whom.
        resolution: Resolution,
    },

    // ─── Shared memory ───
    /// It is settled what becomes of a foreign text of a document. The same text again is treated in
    /// the same way.
    EditSettled {
        /// Name of the document, without any prefix.
        document: String,
        /// By what their text is known again.
        digest: String,
        /// What becomes of it.
        how: Settled,
    },
    /// The result of a task that is done was replaced by one that somebody wrote by hand into the
    /// shared memory and the operator took over.
    ResultReplaced {
        /// Of which task.
        task: TaskId,
        /// The new result.
        result: Text,
    },
    /// How long results and conflicts stay whole in the shared memory was set.
    RetentionSet {
        /// How long.
        retention: Retention,
    },
    /// The results and conflicts of these tasks are not whole any more in the shared memory.
    ResultsAged {
        /// Of which, those first that ended first.
        tasks: Vec<TaskId>,
        /// What becomes of them.
        old: Old,
    },
    /// The operator changes a note. The order to do so follows from this.
    NoteOrdered {
        /// The change.
        order: NoteOrder,
    },
    /// A change of a note was carried out, or cannot be.
    NoteSettled {
        /// Its number.
        order: u64,
        /// What became of it.
        end: NoteEnd,
    },

    /// A server took back what it had asked, or can hear no answer any more.
    AttentionWithdrawn {
        /// The item that waited for the operator.
        attention: AttentionId,
        /// The call that goes on.
        call: CallId,
        /// The question.
        ask: AskId,
    },

    /// A member is lent: the task's result answers the item.
    ModelLent {
        /// The item, a server's wish for a model.
        attention: AttentionId,
        /// The task that was added for it.
        task: TaskId,
        /// Who lent it.
        by: Actor,
        /// Whether further wishes in the session shall be answered without asking.
        lasting: bool,
    },

    /// What is shared was set or changed: lessons, pinned documents, what a call is given of them.
    Shared {
        /// What.
        what: Shared,
    },

    // ─── Oddities ───
    /// A report came for something that is over or was never known; counted, never applied.
    ReportStale {
        /// What it was about.
        about: String,
    },
}
