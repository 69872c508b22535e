//! Why a task went to whom it went: a line for each member that came into question.

use crate::core::routing::chosen::{Considered, Route};
use crate::core::routing::policy::Policy;
use crate::core::routing::whether::Convened;
use crate::core::{MemberName, Task};

/// The lines below the reason in words; none where the members were named.
pub(super) fn lines(task: &Task) -> Vec<String> {
    let asked = task.convened().map(|convened| asked(task, convened));
    let mut lines: Vec<String> = asked.into_iter().collect();
    let Some(route) = task.route() else {
        return lines;
    };
    lines.push(head(route));
    let names = route.considered.iter().map(|one| one.member.as_str().len());
    let width = names.max().unwrap_or_default();
    let council = task.council();
    lines.extend(route.considered.iter().map(|one| row(one, council, width)));
    lines
}

/// How many were asked of those who could be, and from what that was settled.
fn asked(task: &Task, convened: &Convened) -> String {
    let asked = task.council().len();
    let Convened {
        members,
        credit,
        councils,
        differ,
        because,
        ..
    } = convened;
    let kind = task.order().kind;
    let differ = 100.0 * differ;
    let record = if *councils > 0.0 {
        format!("{councils:.0} councils on {kind}, expected to differ in {differ:.0} %")
    } else {
        format!("no council on {kind} yet")
    };
    format!("{asked} of {members} asked, {because}: {credit:.1} further calls saved up, {record}")
}

fn head(route: &Route) -> String {
    let by = match route.policy {
        Policy::Fixed => "the order that is set",
        Policy::RoundRobin => "whose turn it is",
        Policy::Strength => "the declared strengths",
        Policy::LeastLoaded => "who has the least to do",
        Policy::Fastest => "who answers fastest",
        Policy::Cheapest => "who costs least",
        Policy::Performance => "whose results stand most often",
        Policy::Thompson => "a draw from what is believed of each",
        Policy::Learned => "what was learned, with a look at those that are little known",
    };
    format!("chosen by {}: {by}", route.policy)
}

/// A member: whether it was chosen, how likely its result stands, on how many results that rests, how
/// busy it was, how long and how dear such a task is.
fn row(one: &Considered, council: &[MemberName], width: usize) -> String {
    let mark = if council.contains(&one.member) {
        "●"
    } else {
        "○"
    };
    let name = one.member.as_str();
    let mut row = format!(
        "{mark} {name:width$}  {:.2} ± {:.2}  n {:.1}",
        one.expected, one.deviation, one.n,
    );
    let further = [
        one.seconds.map(|seconds| format!("{seconds:.0} s")),
        one.price.map(|price| format!("${price:.3}")),
        (one.load > 0.0).then(|| format!("load {:.0} %", one.load * 100.0)),
        one.strength
            .map(|strength| format!("strength {strength:.1}")),
    ];
    for said in further.into_iter().flatten() {
        row.push_str("  ");
        row.push_str(&said);
    }
    row
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::row;
    use crate::core::MemberName;
    use crate::core::routing::chosen::Considered;

    #[test]
    fn what_is_not_known_is_not_told() {
        let name = MemberName::new("gpt").unwrap();
        let mut one = Considered {
            member: name.clone(),
            score: 0.7,
            expected: 0.62,
            deviation: 0.07,
            n: 3.5,
            strength: None,
            load: 0.5,
            seconds: None,
            price: None,
        };
        assert_eq!(row(&one, &[], 5), "○ gpt    0.62 ± 0.07  n 3.5  load 50 %");
        one.strength = Some(0.9);
        one.seconds = Some(12.0);
        one.price = Some(0.0);
        assert_eq!(
            row(&one, &[name], 3),
            "● gpt  0.62 ± 0.07  n 3.5  12 s  $0.000  load 50 %  strength 0.9"
        );
    }
}
