//! The rung of the expert: the member that is set for it, or the one with the best record on the kind.

use super::{Case, ask, settle};
use crate::core::ladder::{About, Rung};
use crate::core::voting::Sheet;
use crate::core::{Basis, Event, Ground, MemberName};

pub(super) fn next(case: &Case<'_>) -> Option<Vec<Event>> {
    let contest = case.contest;
    if contest.open().next().is_some() {
        return None;
    }
    if contest.fresh {
        return Some(begin(case));
    }
    let opinion = contest.opinions().last();
    Some(match opinion.and_then(|it| Some((it, it.choice?))) {
        Some((opinion, choice)) => {
            let member = opinion.by.clone();
            settle::candidate(case, choice, Ground::Expert { member }, Basis::Expert)
        }
        None => case.climb(Some(Rung::Expert), "the expert chose none"),
    })
}

fn begin(case: &Case<'_>) -> Vec<Event> {
    let candidates = case.contest.sides().len();
    let Some((expert, why)) = chosen(case).filter(|_| candidates > 0) else {
        return case.climb(Some(Rung::Expert), "no expert can be asked");
    };
    let seed = case.state.seq();
    let mut events = vec![case.climbed(
        crate::core::Stage::On(Rung::Expert),
        &format!("{expert} judges: {why}"),
    )];
    events.extend(ask::all(case, About::Opinion, [expert], |name, task| {
        Some(Sheet::whole(candidates, name, task, seed))
    }));
    events
}

/// Who judges, and why; an author only where nobody else is left.
fn chosen(case: &Case<'_>) -> Option<(MemberName, String)> {
    let (state, kind) = (case.state, case.task.order().kind);
    let free = |name: &&MemberName| ask::can_be_asked(state, case.now, name);
    let is_author = |name: &MemberName| case.contest.side_of(name).is_some();
    let outlook = state.learning().posterior().outlook();
    let record = |name: &MemberName| {
        let estimate = outlook.estimate(name, kind, None);
        format!("{:.2} on {kind}, n = {:.1}", estimate.mean, estimate.n)
    };
    let named = state.ladder.expert.as_ref().filter(free);
    if let Some(name) = named.filter(|name| !is_author(name)) {
        return Some((name.clone(), "named for it".to_owned()));
    }
    let members = state.members().map(|member| &member.spec().name);
    let mut free: Vec<&MemberName> = members.filter(free).collect();
    let mean = |name: &MemberName| outlook.estimate(name, kind, None).mean;
    free.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
    let others: Vec<&MemberName> = free.iter().copied().filter(|it| !is_author(it)).collect();
    if let Some((best, rest)) = others.split_first() {
        let alike = |other: &&MemberName| mean(other).total_cmp(&mean(best)).is_eq();
        let why = if !rest.is_empty() && rest.iter().all(alike) {
            "no record tells them apart".to_owned()
        } else {
            format!("the best record ({})", record(best))
        };
        return Some(((*best).clone(), why));
    }
    let author = named.or_else(|| free.first().copied())?;
    let why = format!(
        "an author itself, as nobody else is left ({})",
        record(author)
    );
    Some((author.clone(), why))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::Command;
    use crate::core::fixture::{Room, name};
    use crate::core::ladder::staged::{contest, divided, set};
    use crate::core::ladder::{Rung, Stage};

    /// Why the expert of a conflict between two of a room is the one that it is.
    fn because(room: &mut Room) -> String {
        set(room, &[Rung::Expert], |_| {});
        let (task, _) = divided(room, &["a", "b"], &["41", "42"]);
        // The step to the rung, and then who judges on it.
        let mut steps = contest(room, task).steps().iter().rev();
        let called = steps.find(|it| it.to == Stage::On(Rung::Expert)).unwrap();
        called.because.clone()
    }

    #[test]
    fn the_best_record_is_only_told_of_where_records_differ() {
        let mut room = Room::of(&["a", "b", "c", "d"]);
        assert_eq!(because(&mut room), "c judges: no record tells them apart");
        let mut room = Room::of(&["a", "b", "c", "d"]);
        let (task, _) = divided(&mut room, &["c", "d"], &["41", "42"]);
        let won = contest(&room, task).side_of(&name("d")).unwrap();
        room.command(&Command::Choose {
            task,
            candidate: won,
            among: None,
        });
        assert_eq!(
            because(&mut room),
            "d judges: the best record (0.56 on general, n = 1.0)"
        );
    }
}
