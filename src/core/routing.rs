//! Who works a task that names nobody: by the policy that is set, among those that may and can, with
//! the reason in words and in figures.

pub mod calibration;
pub mod chosen;
mod contenders;
pub mod convene;
pub mod drift;
pub mod fit;
pub mod learning;
pub mod limits;
pub mod policy;
pub mod posterior;
pub mod replay;
pub mod setting;
pub mod trust;
pub mod whether;

use chosen::Route;
use contenders::reason;
pub(crate) use contenders::{price_on, ranked};
use convene::Convening;
pub use fit::{access, fewest, suited_to, unusable, works_together};
pub(crate) use fit::{can_begin, let_in, suited};
use fit::{is_for_one, kept_out};
use limits::unfit;
use policy::{Policy, Weighed};
use whether::{Convened, EVERYBODY_MOST, Question, whether};

use crate::core::analysis::Size;
use crate::core::forecast::size_of;
use crate::core::{Member, MemberName, Origin, State, Strategy, Task, TaskKind, TaskOrder};

/// How many members a race or a council is given when nobody is named.
pub const COUNCIL_SIZE: usize = 3;
/// How many steps a chain has when nobody is named.
pub const CHAIN_LENGTH: usize = 2;

/// What is said when there is nobody to say something about.
const NOBODY: &str = "no member of the room can work it";

/// Members for a task and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// Who, best first.
    pub council: Vec<MemberName>,
    /// Why, in words.
    pub because: String,
    /// Why, in figures; none where they were named.
    pub route: Option<Route>,
    /// Whether it is worked by one or by several, and why; none where the order says so.
    pub convened: Option<Convened>,
}

/// What routing comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Routing {
    /// These members; a first call can begin at once.
    Now(Routed),
    /// Members are busy or being started again.
    Later,
    /// It can not be worked as things stand; why, in words for the operator.
    Never(String),
}

/// Chooses members for a task, so late that a first call can begin at once: until then others may
/// become the better choice.
///
/// Rehearsal members are only considered in a room that has no others. Members in `barred` are left
/// out (they have failed at this task). A solo task that names several members takes the first of
/// them that is up.
#[must_use]
pub fn route(state: &State, order: &TaskOrder, barred: &[MemberName]) -> Routing {
    route_sized(state, order, size_of(state, order), barred)
}

/// The same for an order of such a size, whose prompt may be left out.
#[must_use]
pub fn route_sized(state: &State, order: &TaskOrder, size: Size, barred: &[MemberName]) -> Routing {
    let wish = Wish {
        order,
        size,
        barred,
    };
    if order.strategy != Strategy::Auto {
        return by_strategy(state, wish, Work::of(order.strategy));
    }
    let mut convened = convened(state, wish);
    let (work, how) = match convened.how {
        Convening::One => (Work::of(Strategy::Solo), None),
        Convening::Cascade { first, .. } => (Work::council(first), Some("two are asked first")),
        Convening::Everybody => (Work::council(EVERYBODY_MOST), Some("all are asked")),
    };
    match by_strategy(state, wish, work) {
        Routing::Now(routed) => Routing::Now(Routed {
            because: match how {
                Some(how) => format!("{how} ({}); {}", convened.because, routed.because),
                None => routed.because,
            },
            convened: Some(convened),
            ..routed
        }),
        // Nobody waits for a second one where one can begin.
        Routing::Later | Routing::Never(_) if how.is_some() => {
            let solo = Work::of(Strategy::Solo);
            match by_strategy(state, wish, solo) {
                Routing::Now(routed) => {
                    convened.how = Convening::One;
                    "nobody else can begin now".clone_into(&mut convened.because);
                    Routing::Now(Routed {
                        convened: Some(convened),
                        ..routed
                    })
                }
                other @ (Routing::Later | Routing::Never(_)) => other,
            }
        }
        other @ (Routing::Later | Routing::Never(_)) => other,
    }
}

/// What is to be given out.
#[derive(Debug, Clone, Copy)]
struct Wish<'a> {
    order: &'a TaskOrder,
    size: Size,
    /// Who is left out.
    barred: &'a [MemberName],
}

/// How a task is worked once that is settled.
#[derive(Debug, Clone, Copy)]
struct Work {
    strategy: Strategy,
    /// How many are wanted where nobody is named.
    wanted: usize,
}

impl Work {
    fn of(strategy: Strategy) -> Self {
        let wanted = match strategy {
            Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan => 1,
            Strategy::Race | Strategy::Council | Strategy::Debate => COUNCIL_SIZE,
            Strategy::Chain => CHAIN_LENGTH,
        };
        Self { strategy, wanted }
    }

    fn council(wanted: usize) -> Self {
        Self {
            strategy: Strategy::Council,
            wanted,
        }
    }
}

/// One or several, where the order leaves it open. Several only where enough of them could begin.
fn convened(state: &State, wish: Wish<'_>) -> Convened {
    let Wish { order, barred, .. } = wish;
    let together = Strategy::Council;
    let named = |name: &MemberName| order.members.is_empty() || order.members.contains(name);
    let members = suited(state, together).filter(|member| {
        let name = &member.spec.name;
        named(name)
            && !barred.contains(name)
            && member.takes_calls()
            && excluded(state, together, (order.kind, wish.size), member).is_none()
            && !state.advice().bars(name, order.kind)
    });
    let learning = state.learning();
    let setting = learning.setting();
    whether(Question {
        kind: order.kind,
        priority: order.priority,
        several: setting.several_on(order.kind, state.kinds().like(order.kind)),
        further: setting.further,
        purse: learning.purse(),
        harmony: learning.harmony(),
        members: members.count(),
    })
}

fn by_strategy(state: &State, wish: Wish<'_>, work: Work) -> Routing {
    if wish.order.members.is_empty() {
        by_merit(state, wish, work)
    } else {
        as_named(state, wish, work)
    }
}

fn as_named(state: &State, wish: Wish<'_>, work: Work) -> Routing {
    let Wish { order, barred, .. } = wish;
    let strategy = work.strategy;
    let mut council: Vec<MemberName> = Vec::new();
    for name in &order.members {
        // A chain may come back to a member; anybody else is asked once.
        let again = strategy != Strategy::Chain && council.contains(name);
        if !again && !barred.contains(name) {
            council.push(name.clone());
        }
    }
    let (up, out): (Vec<MemberName>, Vec<MemberName>) = council
        .iter()
        .cloned()
        .partition(|name| unusable(state, strategy, name).is_none());
    let hopeless = match strategy {
        Strategy::Auto
        | Strategy::Solo
        | Strategy::Think
        | Strategy::Plan
        | Strategy::Race
        | Strategy::Council
        | Strategy::Debate => up.is_empty(),
        Strategy::Chain => !out.is_empty() || up.is_empty(),
    };
    if hopeless {
        let why = reasons(state, strategy, out.iter());
        return Routing::Never(if why.is_empty() {
            NOBODY.to_owned()
        } else {
            why
        });
    }
    if order.strategy == Strategy::Auto {
        let free = |name: &MemberName| state.member(name).is_some_and(Member::takes_calls);
        council.retain(|name| up.contains(name) && free(name));
        council.truncate(work.wanted);
    }
    if is_for_one(strategy) {
        let free = |name: &&MemberName| state.member(name).is_some_and(Member::takes_calls);
        let first = up.iter().find(free).or(up.first());
        council = first.cloned().into_iter().collect();
    }
    let by = match order.origin {
        Origin::Room => "asked by the room",
        Origin::Operator | Origin::CommandLine | Origin::Hub => "named by the operator",
    };
    now_or_later(state, strategy, council, || (by.to_owned(), None))
}

fn by_merit(state: &State, wish: Wish<'_>, work: Work) -> Routing {
    let Wish {
        order,
        size,
        barred,
    } = wish;
    let strategy = work.strategy;
    let why_not = |member: &Member| excluded(state, strategy, (order.kind, size), member);
    let (up, out): (Vec<&Member>, Vec<&Member>) = suited(state, strategy)
        .filter(|member| !barred.contains(&member.spec.name))
        .partition(|member| why_not(member).is_none());
    let needed = fewest(strategy);
    if up.len() < needed {
        let why: Vec<String> = out
            .iter()
            .filter_map(|member| {
                let why = why_not(member)?;
                Some(format!("{}: {why}", member.spec.name))
            })
            .collect();
        let why = why.join("; ");
        let up: Vec<&str> = up.iter().map(|member| member.spec.name.as_str()).collect();
        return Routing::Never(match (up.first(), why.as_str()) {
            (_, "") if needed == 1 => NOBODY.to_owned(),
            (_, why) if needed == 1 => why.to_owned(),
            (None, "") => format!("a {strategy} needs two members, and none can work it"),
            (None, why) => format!("a {strategy} needs two members, and none is up ({why})"),
            (Some(only), "") => {
                format!("a {strategy} needs two members, and {only} is the only one")
            }
            (Some(only), why) => {
                format!("a {strategy} needs two members, and only {only} is up ({why})")
            }
        });
    }
    // Who is kept from the kind stands aside for those who can begin, not for those who wait for a login.
    let free: Vec<&Member> = up.into_iter().filter(|one| one.takes_calls()).collect();
    let free: Vec<&Member> = let_in(state, order.kind, free, needed)
        .into_iter()
        .filter(|member| !is_for_one(strategy) || can_begin(state, strategy, member))
        .collect();
    if free.len() < needed {
        return Routing::Later;
    }
    let policy = policy_of(state, order);
    let ranked = ranked(state, order.kind, policy, size, &free);
    let chosen = ranked.iter().take(work.wanted);
    let council = chosen.clone().map(|one| one.name.clone()).collect();
    now_or_later(state, strategy, council, || {
        let each = chosen.map(|one| reason(state, order.kind, policy, one));
        let kept = kept_out(state, order.kind, &ranked);
        let because = each.chain(kept).collect::<Vec<_>>().join("; ");
        (because, Some(Route::of(policy, &ranked)))
    })
}

/// Why a member does not come into question for a task that names nobody.
pub(crate) fn excluded(
    state: &State,
    strategy: Strategy,
    (kind, size): (TaskKind, Size),
    member: &Member,
) -> Option<String> {
    let unusable = unusable(state, strategy, &member.spec.name);
    unusable.or_else(|| unfit(state, member, kind, size))
}

/// By what members are chosen for a task.
fn policy_of(state: &State, order: &TaskOrder) -> Policy {
    let usual = || state.learning().setting().policy_for(order.kind);
    order.policy.unwrap_or_else(usual)
}

/// Whether a task of one member would go on with another one if its member failed for good now.
pub(crate) fn would_go_on(state: &State, task: &Task) -> bool {
    is_for_one(task.order.strategy)
        && !matches!(
            route(state, &task.order, &tried(state, task)),
            Routing::Never(_)
        )
}

/// The members that have been called for a task.
pub(crate) fn tried(state: &State, task: &Task) -> Vec<MemberName> {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    calls.map(|call| call.member.clone()).collect()
}

/// The members that could be asked about a task besides its council, best first; busy ones among them.
pub(crate) fn further(state: &State, task: &Task) -> Vec<Weighed> {
    let strategy = task.order.strategy;
    let barred = tried(state, task);
    let (kind, size) = (task.order.kind, size_of(state, &task.order));
    let named = &task.order.members;
    let others = suited(state, strategy).filter(|member| {
        let name = &member.spec.name;
        !barred.contains(name)
            && !task.council.contains(name)
            && (named.is_empty() || named.contains(name))
            && member.takes_calls()
            && excluded(state, strategy, (kind, size), member).is_none()
    });
    let others = let_in(state, kind, others.collect(), 1);
    let policy = policy_of(state, &task.order);
    ranked(state, kind, policy, size, &others)
}

/// Why a member is chosen for a task, in words.
pub(crate) fn reason_for(state: &State, task: &Task, one: &Weighed) -> String {
    let kind = task.order.kind;
    reason(state, kind, policy_of(state, &task.order), one)
}

/// The best member that could take the place of one that has failed, with the reason; none where the
/// operator named the members or nobody else is free.
pub(crate) fn substitute(state: &State, task: &Task) -> Option<Routed> {
    let strategy = task.order.strategy;
    if !task.order.members.is_empty() {
        return None;
    }
    let barred = tried(state, task);
    let (kind, size) = (task.order.kind, size_of(state, &task.order));
    let free = suited(state, strategy).filter(|member| {
        let name = &member.spec.name;
        !barred.contains(name)
            && !task.council.contains(name)
            && excluded(state, strategy, (kind, size), member).is_none()
            && can_begin(state, strategy, member)
    });
    let free = let_in(state, kind, free.collect(), 1);
    let policy = policy_of(state, &task.order);
    let ranked = ranked(state, kind, policy, size, &free);
    let best = ranked.first()?;
    Some(Routed {
        council: vec![best.name.clone()],
        because: reason(state, kind, policy, best),
        route: Some(Route::of(policy, &ranked)),
        convened: None,
    })
}

fn now_or_later(
    state: &State,
    strategy: Strategy,
    council: Vec<MemberName>,
    why: impl FnOnce() -> (String, Option<Route>),
) -> Routing {
    let first = match strategy {
        Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan | Strategy::Chain => 1,
        Strategy::Race | Strategy::Council | Strategy::Debate => council.len(),
    };
    let mut beginners = council.iter().take(first);
    let begins = beginners.any(|name| {
        let member = state.member(name);
        member.is_some_and(|member| can_begin(state, strategy, member))
    });
    if begins {
        let (because, route) = why();
        Routing::Now(Routed {
            council,
            because,
            route,
            convened: None,
        })
    } else {
        Routing::Later
    }
}

fn reasons<'a>(
    state: &State,
    strategy: Strategy,
    names: impl Iterator<Item = &'a MemberName>,
) -> String {
    let each: Vec<String> = names
        .filter_map(|name| unusable(state, strategy, name).map(|why| format!("{name}: {why}")))
        .collect();
    each.join("; ")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Routed, Routing, route};
    use crate::core::fixture::{Room, name, order, said, spec};
    use crate::core::{
        Command, FailureKind, Health, MemberName, MemberSpec, Origin, Reach, Strategy, TaskKind,
        TaskOrder,
    };

    fn council(room: &Room, order: &TaskOrder) -> Vec<MemberName> {
        match route(&room.state, order, &[]) {
            Routing::Now(routed) => routed.council,
            other @ (Routing::Later | Routing::Never(_)) => panic!("{other:?}"),
        }
    }

    fn never(room: &Room, order: &TaskOrder) -> String {
        match route(&room.state, order, &[]) {
            Routing::Never(why) => why,
            other @ (Routing::Later | Routing::Now(_)) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_strongest_and_most_reliable_goes_first() {
        let mut room = Room::of(&["codex", "gpt", "claude", "gemini"]);
        let mut strong = spec("gemini", Reach::Text);
        strong.strengths.insert(TaskKind::Code, 0.9);
        room.command(&Command::Enroll(strong));
        let code = TaskOrder {
            kind: TaskKind::Code,
            ..order(Strategy::Council, &[])
        };
        let names = ["gemini", "claude", "codex"].map(name);
        assert_eq!(council(&room, &code), names);
        // A failure on this kind of work costs claude its place.
        let (_, calls) = room.add(TaskOrder {
            kind: TaskKind::Code,
            ..order(Strategy::Solo, &["claude"])
        });
        room.fail(calls[0], FailureKind::Refused);
        let names = ["gemini", "codex", "gpt"].map(name);
        assert_eq!(council(&room, &code), names);
    }

    #[test]
    fn who_is_busy_comes_later() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.command(&Command::Enroll(MemberSpec {
            parallel: 2,
            ..spec("codex", Reach::Text)
        }));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        let race = order(Strategy::Race, &[]);
        assert_eq!(council(&room, &race), ["gpt", "codex"].map(name));
        room.answer(calls[0], said("done"));
        let names = ["codex", "gpt"].map(name);
        assert_eq!(council(&room, &race), names);
    }

    #[test]
    fn those_who_are_named_work_each_once_and_the_reason_says_so() {
        let room = Room::of(&["codex", "gpt"]);
        let named = order(Strategy::Race, &["gpt", "codex", "gpt"]);
        let routed = Routed {
            council: ["gpt", "codex"].map(name).to_vec(),
            because: "named by the operator".to_owned(),
            route: None,
            convened: None,
        };
        assert_eq!(route(&room.state, &named, &[]), Routing::Now(routed));
        let asked = TaskOrder {
            origin: Origin::Room,
            ..order(Strategy::Race, &["gpt"])
        };
        let routed = Routed {
            council: vec![name("gpt")],
            because: "asked by the room".to_owned(),
            route: None,
            convened: None,
        };
        assert_eq!(route(&room.state, &asked, &[]), Routing::Now(routed));
    }

    #[test]
    fn a_rehearsal_member_never_stands_in_for_a_real_one() {
        let rehearsal = |name: &str| MemberSpec {
            rehearsal: true,
            ..spec(name, Reach::Text)
        };
        let mut room = Room::of(&[]);
        room.command(&Command::Enroll(rehearsal("actor")));
        let solo = order(Strategy::Solo, &[]);
        assert_eq!(council(&room, &solo), [name("actor")]);
        room.command(&Command::Enroll(spec("codex", Reach::Text)));
        room.down("codex");
        assert_eq!(never(&room, &solo), "codex: it is down: no such program");
    }

    #[test]
    fn nobody_works_unguarded_beside_others() {
        let room = Room::with(&[
            ("bare", Reach::Unguarded),
            ("codex", Reach::Text),
            ("gpt", Reach::Sandboxed),
        ]);
        let race = order(Strategy::Race, &[]);
        assert_eq!(council(&room, &race), ["codex", "gpt"].map(name));
        let room = Room::with(&[("bare", Reach::Unguarded), ("codex", Reach::Text)]);
        let why = "a race needs two members, and codex is the only one";
        assert_eq!(never(&room, &race), why);
        assert_eq!(
            council(&room, &order(Strategy::Solo, &["bare"])),
            [name("bare")]
        );
    }

    #[test]
    fn a_chain_needs_all_of_its_members() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.down("gpt");
        let chain = order(Strategy::Chain, &["codex", "gpt"]);
        assert_eq!(never(&room, &chain), "gpt: it is down: no such program");
        let race = order(Strategy::Race, &["codex", "gpt"]);
        assert_eq!(council(&room, &race), ["codex", "gpt"].map(name));
    }

    #[test]
    fn a_task_waits_for_members_that_are_busy_or_being_started_again() {
        let mut room = Room::of(&["codex"]);
        room.add(order(Strategy::Solo, &[]));
        let solo = order(Strategy::Solo, &[]);
        assert_eq!(route(&room.state, &solo, &[]), Routing::Later);
        let mut room = Room::of(&["codex"]);
        room.report(&crate::core::Report::Health {
            member: name("codex"),
            health: Health::Restarting {
                why: "exited".to_owned(),
                at: room.now,
            },
        });
        assert_eq!(route(&room.state, &solo, &[]), Routing::Later);
        let codex = [name("codex")];
        let nobody = Routing::Never("no member of the room can work it".to_owned());
        assert_eq!(route(&room.state, &solo, &codex), nobody);
    }
}
