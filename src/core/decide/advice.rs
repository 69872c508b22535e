//! What is done about recommendations: applied, dismissed, taken back; by the operator, and by the room
//! where it may.

use crate::core::advice::words::{budget_wanted, limit_wanted};
use crate::core::advice::{
    About, AdviceOrder, Advised, Applied, BARS_MAX, Entry, PAUSE, SELDOM, Setting, Sort, Verdict,
    measured, words,
};
use crate::core::lesson::Shared;
use crate::core::metrics::Share;
use crate::core::routing::whether::Several;
use crate::core::{
    Actor, Event, Limit, Refusal, SessionId, Span, Standing, State, TaskKind, Timestamp,
};

pub(super) fn set(state: &State, setting: &Setting) -> Result<Vec<Event>, Refusal> {
    if state.advice().setting() == setting {
        return Ok(Vec::new());
    }
    let mut sorts = setting.apply.iter();
    if let Some(sort) = sorts.find(|sort| !Sort::BY_ITSELF.contains(sort)) {
        return Err(Refusal::UnfitAdvice {
            key: sort.word().to_owned(),
            why: "the room cannot apply that sort by itself".to_owned(),
        });
    }
    Ok(vec![advised(Advised::Set {
        setting: setting.clone(),
    })])
}

pub(super) fn order(
    state: &State,
    about: &About,
    order: AdviceOrder,
) -> Result<Vec<Event>, Refusal> {
    let standing = || {
        let entry = state.advice().entry(about);
        entry.ok_or_else(|| Refusal::NoSuchAdvice {
            key: about.to_string(),
        })
    };
    let unfit = |why: String| Refusal::UnfitAdvice {
        key: about.to_string(),
        why,
    };
    match order {
        AdviceOrder::Apply => apply(state, standing()?, Actor::Operator).map_err(unfit),
        AdviceOrder::Dismiss => {
            let Entry { about, figures, .. } = standing()?.clone();
            let by = Actor::Operator;
            Ok(vec![advised(Advised::Dismissed { about, by, figures })])
        }
        AdviceOrder::TakeBack => {
            let applied = state.advice().in_force(about);
            let applied = applied.ok_or_else(|| Refusal::NoSuchAdvice {
                key: about.to_string(),
            })?;
            take_back(state, applied, Actor::Operator).map_err(unfit)
        }
    }
}

fn advised(what: Advised) -> Event {
    Event::Advised { what }
}

/// The pause of a member for which it was applied, from now on.
fn pause(state: &State, now: Timestamp) -> Option<Event> {
    let advice = state.advice();
    let member = advice.pausing.first()?.clone();
    let about = About::Restarts {
        member: member.clone(),
    };
    let restarts = advice.in_force(&about).map_or(0, |one| one.figures.seen.of);
    Some(Event::MemberPaused {
        member,
        why: format!("{restarts} restarts of its server within an hour"),
        until: Some(now.after(PAUSE)),
    })
}

/// What the room does about recommendations by itself: it takes back what it applied and measures worse,
/// and applies what stands of the sorts that it may.
pub(crate) fn by_itself(state: &State, now: Timestamp) -> Vec<Event> {
    if let Some(pause) = pause(state, now) {
        return vec![pause];
    }
    let advice = state.advice();
    let worse = advice.applied().filter(|one| {
        one.by == Actor::Room
            && one.taken_back.is_none()
            && measured(state, one).is_some_and(|it| it.verdict == Verdict::Worse)
    });
    let back = worse.filter_map(|one| take_back(state, one, Actor::Room).ok());
    let standing = advice.standing().filter(|entry| {
        let lately = advice
            .applied()
            .any(|one| one.about == entry.about && now.since(one.at) < SELDOM);
        advice.setting().apply.contains(&entry.about.sort()) && !lately
    });
    let applied = standing.filter_map(|entry| apply(state, entry, Actor::Room).ok());
    back.chain(applied).next().unwrap_or_default()
}

/// What applying it comes to, or why it cannot be done now.
fn apply(state: &State, entry: &Entry, by: Actor) -> Result<Vec<Event>, String> {
    let Entry { about, figures, .. } = entry.clone();
    let deeds = match &about {
        About::Budget { limit } => vec![raised(state, *limit, budget_wanted(&figures))],
        About::Context { session } => vec![let_go(state, *session)?],
        About::Restarts { member } => {
            let known = state.member(member);
            if known.is_some_and(|known| known.pause().is_some()) {
                return Err(format!("{member} is paused already"));
            }
            // The pause itself is the room's next step, which knows the time.
            Vec::new()
        }
        About::Timeout { member } => vec![limited(member, Some(limit_wanted(&figures)))],
        About::Kind { member, kind } => {
            if state.advice().bars.len() >= BARS_MAX {
                return Err(format!(
                    "{BARS_MAX} are kept from kinds already: take one back first"
                ));
            }
            vec![advised(Advised::Barred {
                member: member.clone(),
                kind: *kind,
                barred: true,
            })]
        }
        About::Lesson { lesson } => {
            let known = state.lesson(*lesson);
            let holds = known.is_some_and(|known| known.standing() == Standing::Accepted);
            if !holds || state.lesson_item(*lesson).is_some() {
                return Err("the lesson does not hold any more".to_owned());
            }
            vec![Event::Shared {
                what: Shared::LessonDisputed {
                    lesson: *lesson,
                    why: words::seen(&about, &figures),
                },
            }]
        }
        About::Council { kind } => vec![one_on(state, *kind)?],
        About::Change { .. } | About::Voter { .. } => {
            return Err("there is nothing to apply; you can dismiss it".to_owned());
        }
    };
    let mut events = vec![advised(Advised::Applied { about, by, figures })];
    events.extend(deeds);
    Ok(events)
}

/// What taking it back comes to, or why that cannot be done.
fn take_back(state: &State, applied: &Applied, by: Actor) -> Result<Vec<Event>, String> {
    let about = applied.about.clone();
    let deed = match &about {
        About::Budget { limit } => Some(raised(state, *limit, applied.figures.seen.n)),
        About::Restarts { member } => {
            let known = state.member(member);
            let pause = known.and_then(|known| known.pause());
            pause
                .filter(|pause| pause.until.is_some())
                .map(|_| Event::MemberResumed {
                    member: member.clone(),
                })
        }
        About::Timeout { member } => Some(limited(member, applied.before)),
        About::Kind { member, kind } => Some(advised(Advised::Barred {
            member: member.clone(),
            kind: *kind,
            barred: false,
        })),
        About::Lesson { lesson } => {
            let known = state.lesson(*lesson);
            let doubted = known.is_some_and(|known| known.standing() == Standing::Disputed);
            let free = doubted && state.lesson_item(*lesson).is_none();
            free.then_some(Event::Shared {
                what: Shared::LessonAccepted {
                    lesson: *lesson,
                    by,
                },
            })
        }
        About::Context { .. } => {
            return Err("a conversation that was let go at its server is gone there".to_owned());
        }
        About::Council { kind } => Some(convened(state, *kind, Several::Auto)),
        About::Change { .. } | About::Voter { .. } => {
            return Err("nothing was applied".to_owned());
        }
    };
    let since = measured(state, applied).map_or_else(Share::default, |it| it.since);
    let mut events = vec![advised(Advised::Withdrawn { about, by, since })];
    events.extend(deed);
    Ok(events)
}

fn limited(member: &crate::core::MemberName, total: Option<Span>) -> Event {
    advised(Advised::Limited {
        member: member.clone(),
        total,
    })
}

/// One is asked on a kind from now on, where the room chooses.
fn one_on(state: &State, kind: TaskKind) -> Result<Event, String> {
    let setting = state.learning().setting();
    if setting.several_on(kind, state.kinds().like(kind)) == Several::Never {
        return Err(format!(
            "the room asks one on {kind} already; its councils are those that you ask for"
        ));
    }
    Ok(convened(state, kind, Several::Never))
}

fn convened(state: &State, kind: TaskKind, several: Several) -> Event {
    let mut setting = state.learning().setting().clone();
    setting.several.insert(kind, several);
    Event::RoutingSet { setting }
}

fn raised(state: &State, limit: Limit, to: u64) -> Event {
    let mut budget = *state.budget();
    match limit {
        Limit::Tokens => budget.tokens = Some(to),
        Limit::Money => budget.micro_usd = Some(to),
        Limit::Time => budget.time = Some(Span(to)),
    }
    Event::BudgetSet { budget }
}

/// Lets a conversation go at its server; its next turn tells it anew, in short.
fn let_go(state: &State, id: SessionId) -> Result<Event, String> {
    let session = state.session(id).filter(|one| one.takes_turns());
    let session = session.ok_or_else(|| format!("{id} takes no turns any more"))?;
    if session.busy().is_some() {
        return Err(format!("{id} is at work; wait for its answer"));
    }
    if session.handle().is_none() {
        return Err(format!("the server of {id} keeps nothing of it"));
    }
    Ok(Event::SessionUnbound { session: id })
}
