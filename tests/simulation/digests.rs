//! Digests of sessions: when one may be ordered, and when one may stand for the turns.

use crate::appraisals;
use synod::core::history::DIGEST_MAX;
use synod::core::ladder::asked_about;
use synod::core::{DigestOrder, Origin, SessionDigest, SessionId, Stage, State, Task};

/// One at a time for a session, of turns that nothing stands for yet, once more at most.
pub(crate) fn may_be_ordered(
    state: &State,
    id: SessionId,
    order: &DigestOrder,
) -> Result<(), String> {
    let session = state.session(id).ok_or("a digest of no session")?;
    if !session.takes_turns() {
        return Err(format!("{id} is digested, and takes no turns"));
    }
    let task = state.task(order.task).ok_or("a digest by no task")?;
    if task.is_ended() || task.order().origin != Origin::Room || task.order().deadline.is_none() {
        return Err(format!("{id} is digested by {}", task.id()));
    }
    advances(state, id, order.through)?;
    match (state.digest_order(id), order.again) {
        (None, None) => Ok(()),
        (Some(before), Some(again)) if before.task == again && before.again.is_none() => {
            if state.task(again).is_some_and(Task::is_ended) {
                return Ok(());
            }
            Err(format!("{id} is digested by two tasks"))
        }
        (before, again) => Err(format!("{id}: {again:?} is ordered again after {before:?}")),
    }
}

/// Never one of less than there is, and of a member only what was asked of it.
pub(crate) fn may_stand(
    state: &State,
    id: SessionId,
    digest: &SessionDigest,
) -> Result<(), String> {
    advances(state, id, digest.through)?;
    if digest.text.len() > DIGEST_MAX {
        return Err(format!("the digest of {id} is too long"));
    }
    let order = state.digest_order(id);
    if digest.by.is_some() && order.is_none_or(|order| order.through != digest.through) {
        return Err(format!("nobody was asked for the digest of {id}"));
    }
    Ok(())
}

/// A call for a digest has a session that waits for it, one about a conflict a conflict, and one that looks
/// at a task that task.
pub(crate) fn is_wanted(state: &State, task: &Task) -> Result<(), String> {
    let mut sessions = state.sessions();
    let is_it = |order: &DigestOrder| order.task == task.id();
    let waits = sessions.any(|one| state.digest_order(one.id()).is_some_and(is_it));
    let asks = asked_about(state, task.id());
    let asks = asks.is_some_and(|contest| contest.stage() != Stage::Over);
    let looks = appraisals::is_wanted(state, task.id());
    if task.order().origin == Origin::Room && !waits && !asks && !looks {
        return Err(format!("nobody waits for what {} brings", task.id()));
    }
    Ok(())
}

/// Nobody is waited for in a room that is closed, and nobody is at work on a digest.
pub(crate) fn none_in_a_closed_room(state: &State) -> Result<(), String> {
    let mut open = state.open_tasks();
    // Who is asked about a conflict is asked again when the room is taken up again.
    let is_digest = |task: &&Task| asked_about(state, task.id()).is_none();
    let left = open.find(|task| task.order().origin == Origin::Room && is_digest(task));
    if let Some(task) = left.filter(|_| state.is_closing()) {
        return Err(format!("{} is a digest in a closed room", task.id()));
    }
    let mut sessions = state.sessions();
    match sessions.find(|one| state.digest_order(one.id()).is_some()) {
        Some(session) if state.is_closing() => {
            let id = session.id();
            Err(format!("{id} is being digested in a closed room"))
        }
        Some(_) | None => Ok(()),
    }
}

fn advances(state: &State, id: SessionId, through: u64) -> Result<(), String> {
    let session = state.session(id).ok_or("a digest of no session")?;
    let before = session.digest().map_or(0, |digest| digest.through);
    if through <= before || through <= session.forgotten() || through > session.turns_ever() {
        return Err(format!("{id} is digested up to {through} after {before}"));
    }
    Ok(())
}
