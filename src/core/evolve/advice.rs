//! What an event means for recommendations: what is counted for them, which of them stand now, and what was
//! done about them.

use std::collections::BTreeSet;

use crate::core::advice::look::{Look, look};
use crate::core::advice::{
    About, Advised, Applied, Dismissed, Entry, Figures, STANDING_MAX, Setting, total,
};
use crate::core::lesson::Shared;
use crate::core::voting::Outcome;
use crate::core::{
    Actor, Ending, Event, Health, Limit, MemberName, Phase, Recorded, State, TaskId, Timestamp,
};

/// Counts an event before it changes the rest of the state.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "these few of all events are counted"
)]
pub(super) fn count(state: &mut State, recorded: &Recorded) {
    match &recorded.event {
        Event::AgreementFound { task, .. } => compared(state, *task, true),
        Event::ConflictFound { task, .. } => compared(state, *task, false),
        Event::VoteClosed { task, .. } => voted(state, *task),
        Event::MemberHealthChanged {
            member,
            health: Health::Restarting { .. },
        } if state.members.contains_key(member) => {
            let calls = state.metrics.calls_of(member);
            let restarts = state.advice.restarts.entry(member.clone());
            restarts.or_default().add(recorded.at, calls);
        }
        _ => {}
    }
}

/// The answers of a council were compared for the first time.
fn compared(state: &mut State, id: TaskId, agree: bool) {
    let task = state.tasks.get(&id);
    let Some(task) = task.filter(|task| !task.is_the_rooms() && task.phase == Phase::Working)
    else {
        return;
    };
    let kind = task.order.kind;
    state.advice.councils.entry(kind).or_default().push(agree);
}

/// Whether a vote would have ended otherwise without each of those who took part in it.
fn voted(state: &mut State, id: TaskId) {
    let Some(contest) = state.contests.get(&id).filter(|one| !one.is_closed()) else {
        return;
    };
    let (Some(ballots), Some(terms)) = (contest.ballots(), contest.terms()) else {
        return;
    };
    let winner = |outcome: &Outcome| outcome.winner();
    let Some(now) = contest.count().and_then(|count| winner(&count.outcome)) else {
        return;
    };
    let voters = ballots
        .panel()
        .voters()
        .filter(|one| ballots.is_present(one));
    let turns = voters.map(|voter| {
        let others = ballots.without(voter, state.at);
        let count = terms.count_by(&others, terms.setup.rule, false, &[]);
        (voter.clone(), winner(&count.outcome) != Some(now))
    });
    let turns: Vec<(MemberName, bool)> = turns.collect();
    for (voter, turned) in turns {
        if state.members.contains_key(&voter) {
            state.advice.voters.entry(voter).or_default().push(turned);
        }
    }
}

/// Something happened to recommendations, or followed from one.
pub(super) fn advised(state: &mut State, at: Timestamp, what: &Advised) {
    match what {
        Advised::Set { setting } => set(state, setting),
        Advised::Applied { about, by, figures } => applied(state, at, about, (*by, figures)),
        Advised::Dismissed { about, by, figures } => {
            state.advice.dismiss(dismissed(at, about, *by, figures));
        }
        Advised::Withdrawn { about, by, since } => {
            let mut all = state.advice.applied.iter_mut();
            let found = all.find(|one| one.about == *about && one.taken_back.is_none());
            let Some(one) = found else {
                return;
            };
            one.taken_back = Some((at, *by, *since));
            if let About::Restarts { member } = about {
                state.advice.pausing.remove(member);
            }
            let figures = one.figures;
            state.advice.dismiss(dismissed(at, about, *by, &figures));
        }
        Advised::Barred {
            member,
            kind,
            barred,
        } => {
            let bar = (member.clone(), *kind);
            if *barred && state.members.contains_key(member) {
                state.advice.bars.insert(bar);
            } else {
                state.advice.bars.remove(&bar);
            }
        }
        Advised::Limited { member, total } => match total {
            Some(total) if state.members.contains_key(member) => {
                state.advice.limits.insert(member.clone(), *total);
            }
            Some(_) | None => {
                state.advice.limits.remove(member);
            }
        },
    }
}

/// A limit that was written down anew holds.
fn set(state: &mut State, setting: &Setting) {
    let advice = &mut state.advice;
    let old = &advice.setting.limits;
    advice
        .limits
        .retain(|member, _| old.get(member) == setting.limits.get(member));
    advice.setting.clone_from(setting);
}

fn dismissed(at: Timestamp, about: &About, by: Actor, figures: &Figures) -> Dismissed {
    Dismissed {
        about: about.clone(),
        by,
        at,
        figures: *figures,
    }
}

fn applied(state: &mut State, at: Timestamp, about: &About, (by, figures): (Actor, &Figures)) {
    let before = match about {
        About::Timeout { member } => state.advice.limit(member),
        About::Budget { .. }
        | About::Context { .. }
        | About::Restarts { .. }
        | About::Kind { .. }
        | About::Lesson { .. }
        | About::Change { .. }
        | About::Voter { .. }
        | About::Council { .. } => None,
    };
    if let About::Restarts { member } = about
        && state.members.contains_key(member)
    {
        state.advice.pausing.insert(member.clone());
    }
    let base = total(state, about);
    state.advice.remember(Applied {
        about: about.clone(),
        by,
        at,
        figures: *figures,
        base,
        before,
        taken_back: None,
    });
}

/// Looks again at what the event touched, once it is folded in.
pub(super) fn refresh(state: &mut State, event: &Event) {
    let Some(mut keys) = touched(state, event) else {
        return;
    };
    keys.extend(state.advice.standing.keys().cloned());
    for about in keys {
        let since = state.advice.entry(&about).map(|entry| entry.since);
        let figures = match (look(state, &about), since) {
            (Look::Shows(figures), _) | (Look::Stays(figures), Some(_)) => Some(figures),
            (Look::Gone, _) | (Look::Stays(_), None) => None,
        };
        let Some(figures) = figures else {
            state.advice.standing.remove(&about);
            continue;
        };
        if since.is_none() {
            if state.advice.standing.len() >= STANDING_MAX {
                continue;
            }
            // It came back because it is clearly worse: what was said then holds no more.
            state.advice.dismissed.retain(|one| one.about != about);
        }
        let entry = Entry {
            about: about.clone(),
            figures,
            since: since.unwrap_or(state.at),
        };
        state.advice.standing.insert(about, entry);
    }
}

/// The keys whose figures an event may change; `None` where it changes none, not even of what stands.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "these few of all events touch figures"
)]
fn touched(state: &State, event: &Event) -> Option<BTreeSet<About>> {
    let mut keys = BTreeSet::new();
    match event {
        Event::CallEnded { call, ending } => {
            let call = state.call(*call)?;
            keys.insert(About::Context {
                session: call.session(),
            });
            if !matches!(ending, Ending::Cancelled { .. } | Ending::Interrupted) {
                keys.insert(About::Timeout {
                    member: call.member().clone(),
                });
            }
            if state.budget != crate::core::Budget::default() {
                keys.extend(budgets());
            }
        }
        Event::TaskConcluded { task, .. }
        | Event::ResultRated { task, .. }
        | Event::ResultReplaced { task, .. } => judged(state, *task, &mut keys),
        Event::AgreementFound { task, .. } | Event::ConflictFound { task, .. } => {
            let kind = state.task(*task)?.order().kind;
            keys.insert(About::Council { kind });
        }
        Event::VoteClosed { task, .. } => {
            let ballots = state.contest(*task)?.ballots()?;
            let voters = ballots.panel().voters().cloned();
            keys.extend(voters.map(|member| About::Voter { member }));
        }
        Event::MemberHealthChanged { member, .. } => {
            keys.insert(About::Restarts {
                member: member.clone(),
            });
        }
        Event::BudgetSet { .. } => keys.extend(budgets()),
        Event::Shared {
            what: Shared::LessonAccepted { lesson, .. },
        } => {
            keys.insert(About::Lesson { lesson: *lesson });
        }
        Event::Advised { .. }
        | Event::Shared {
            what: Shared::LessonDisputed { .. } | Shared::LessonRetired { .. },
        }
        | Event::MemberEnrolled { .. }
        | Event::MemberLeft { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionClosed { .. }
        | Event::SessionChanged { .. }
        | Event::RoomResumed => {}
        _ => return None,
    }
    Some(keys)
}

fn budgets() -> [About; 3] {
    [Limit::Tokens, Limit::Money, Limit::Time].map(|limit| About::Budget { limit })
}

/// Answers were judged: all members on the kind, the lessons of the topic, and who changed.
fn judged(state: &State, task: TaskId, keys: &mut BTreeSet<About>) {
    let Some(task) = state.task(task).filter(|task| !task.is_the_rooms()) else {
        return;
    };
    let kind = task.order().kind;
    let members = state.members().map(|one| one.spec().name.clone());
    keys.extend(members.map(|member| About::Kind { member, kind }));
    let lessons = state.lessons().filter(|one| one.draft().topic == kind);
    keys.extend(lessons.map(|one| About::Lesson { lesson: one.id() }));
    let shifts = state.learning().shifts().iter();
    keys.extend(shifts.map(|shift| About::Change {
        member: shift.member.clone(),
        at: shift.at,
    }));
}
