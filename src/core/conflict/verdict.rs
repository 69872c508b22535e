//! How two answers stand to each other. The one place that compares: a council on live members and
//! recorded data both come through [`verdict`].

use crate::core::conflict::normal::Normal;
use crate::core::conflict::reading::Reading;

/// What is found for a pair of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They say the same.
    Agree,
    /// They contradict each other.
    Conflict,
    /// They change different places: both can hold.
    Complementary,
    /// Only a reader can say; a judge may be asked.
    Doubt(Doubt),
    /// One of them says nothing that could be compared.
    Silent,
}

/// Why only a reader can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Other words, which may mean the same.
    Wording,
    /// Another language.
    Language,
    /// Too long to be taken apart as a whole.
    Length,
    /// The same number, but of what may be two things, or not yet worked out.
    Value,
    /// Answers of two kinds, such as an option and a number.
    Kind,
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Conflict => "conflict",
            Self::Complementary => "complementary",
            Self::Doubt(_) => "doubt",
            Self::Silent => "silent",
        }
    }
}

/// How two answers stand to each other; the order of the two says nothing.
#[must_use]
pub fn verdict(a: &Reading, b: &Reading) -> Verdict {
    match (a, b) {
        (Reading::Said(a), Reading::Said(b)) => a.form.compare(&b.form),
        (Reading::Silent(_), _) | (_, Reading::Silent(_)) => Verdict::Silent,
    }
}

/// How the answers of a council stand to each other as a whole: they agree when there is one group, and
/// conflict as soon as two groups do.
#[must_use]
pub fn overall(readings: &[Reading], groups: &[Vec<usize>]) -> Verdict {
    let firsts: Vec<&Reading> = groups
        .iter()
        .filter_map(|group| readings.get(*group.first()?))
        .collect();
    let mut worst = match firsts.len() {
        0 => return Verdict::Silent,
        1 => return Verdict::Agree,
        _ => Verdict::Complementary,
    };
    for (at, a) in firsts.iter().enumerate() {
        for b in firsts.iter().skip(at + 1) {
            match verdict(a, b) {
                Verdict::Conflict => return Verdict::Conflict,
                // Two that agree stand in two groups when a third one agrees with one of them only.
                Verdict::Agree => worst = Verdict::Doubt(Doubt::Wording),
                Verdict::Doubt(doubt) => worst = Verdict::Doubt(doubt),
                Verdict::Complementary | Verdict::Silent => {}
            }
        }
    }
    worst
}

/// Groups answers by what they say: the groups as indices into `readings`, each in order, the silent
/// ones in none. All of a group agree with each other. An answer that agrees with two that do not agree
/// (`5` with `5 km` and with `5 m`) joins the larger one; where none is larger it stands alone. The order
/// of the answers says nothing.
#[must_use]
pub fn groups(readings: &[Reading]) -> Vec<Vec<usize>> {
    let kinds = kinds(readings);
    let agree = |x: usize, y: usize| {
        let form = |at: usize| kinds.get(at).map(|kind| kind.form);
        matches!((form(x), form(y)), (Some(a), Some(b)) if x == y || a.compare(b) == Verdict::Agree)
    };
    let all = || 0..kinds.len();
    let near: Vec<Vec<usize>> = all()
        .map(|x| all().filter(|y| agree(x, *y)).collect())
        .collect();
    let linked = |x: usize, y: usize| near.get(x).is_some_and(|ys| ys.contains(&y));
    let (clear, torn): (Vec<usize>, Vec<usize>) = all().partition(|x| {
        let friends = near.get(*x).map_or(&[][..], Vec::as_slice);
        friends
            .iter()
            .all(|a| friends.iter().all(|b| linked(*a, *b)))
    });
    let size = |at: usize| kinds.get(at).map_or(0, |kind| kind.members.len());
    let mut found: Vec<Vec<usize>> = Vec::new();
    for x in clear.into_iter().chain(torn) {
        let weight = |group: &Vec<usize>| group.iter().map(|at| size(*at)).sum::<usize>();
        let fits = |group: &Vec<usize>| group.iter().all(|y| linked(x, *y));
        let weights = || found.iter().filter(|group| fits(group)).map(weight);
        let most = weights().max();
        let largest = most.filter(|most| weights().filter(|weight| weight == most).count() == 1);
        match largest.and_then(|most| {
            found
                .iter_mut()
                .find(|one| fits(one) && weight(one) == most)
        }) {
            Some(group) => group.push(x),
            None => found.push(vec![x]),
        }
    }
    let members = |group: &Vec<usize>| {
        let kinds = group.iter().filter_map(|at| kinds.get(*at));
        let mut members: Vec<usize> = kinds
            .flat_map(|kind| kind.members.iter().copied())
            .collect();
        members.sort_unstable();
        members
    };
    let mut groups: Vec<Vec<usize>> = found.iter().map(members).collect();
    groups.sort_by_key(|group| group.first().copied());
    groups
}

/// The same to the letter.
struct Kind<'a> {
    form: &'a Normal,
    members: Vec<usize>,
}

/// What is said, most authors first, then by what it says; so whoever comes first says nothing.
fn kinds(readings: &[Reading]) -> Vec<Kind<'_>> {
    let mut found: Vec<Kind<'_>> = Vec::new();
    for (at, reading) in readings.iter().enumerate() {
        if let Reading::Said(said) = reading {
            match found.iter_mut().find(|kind| *kind.form == said.form) {
                Some(kind) => kind.members.push(at),
                None => found.push(Kind {
                    form: &said.form,
                    members: vec![at],
                }),
            }
        }
    }
    found.sort_by_cached_key(|kind| (std::cmp::Reverse(kind.members.len()), kind.form.key()));
    found
}

#[cfg(test)]
mod tests {
    use super::{Verdict, groups, overall};
    use crate::core::conflict::question::Question;
    use crate::core::conflict::reading::Reading;

    fn read(answers: &[&str]) -> Vec<Reading> {
        let question = Question::of("How many?");
        answers
            .iter()
            .map(|answer| Reading::of_field(&question, answer))
            .collect()
    }

    fn grouped(answers: &[&str]) -> (Vec<Vec<usize>>, Verdict) {
        let readings = read(answers);
        let found = groups(&readings);
        let verdict = overall(&readings, &found);
        (found, verdict)
    }

    #[test]
    fn equal_answers_are_one_group() {
        assert_eq!(
            grouped(&["5", "5.0", "$5"]),
            (vec![vec![0, 1, 2]], Verdict::Agree)
        );
        assert_eq!(
            grouped(&["5", "6", "", "6.0"]),
            (vec![vec![0], vec![1, 3]], Verdict::Conflict)
        );
        assert_eq!(grouped(&["", " "]), (vec![], Verdict::Silent));
    }

    #[test]
    fn a_third_answer_ties_no_two_together() {
        assert_eq!(grouped(&["5 km", "5", "5 m"]).0, [[0], [1], [2]]);
        assert_eq!(
            grouped(&["5", "5 m", "5 km", "5 km"]).0,
            [vec![0, 2, 3], vec![1]]
        );
    }

    #[test]
    fn whoever_joins_a_group_agrees_with_all_of_it() {
        let chain = ["16.668", "16.668", "16.67", "16.674", "16.6741", "16.6739"];
        assert_eq!(
            grouped(&chain).0,
            [vec![0, 1, 2], vec![3], vec![4], vec![5]]
        );
    }

    #[test]
    fn a_doubt_is_no_agreement() {
        assert_eq!(grouped(&["3 apples", "3 oranges"]).0.len(), 2);
        assert!(matches!(
            grouped(&["3 apples", "3 oranges"]).1,
            Verdict::Doubt(_)
        ));
    }
}
