//! Rules that count points over those who judged a candidate: approval, Borda, score.

use super::tally::{Bars, leaders};
use super::{APPROVES, Profile, Standing, Voice};

/// Means of what the voices give, over those that give something.
struct Means {
    sums: Vec<f64>,
    numbers: Vec<u32>,
}

impl Means {
    fn of(profile: &Profile, mut give: impl FnMut(&Voice, &mut Self)) -> Self {
        let mut means = Self {
            sums: vec![0.0; profile.candidates()],
            numbers: vec![0; profile.candidates()],
        };
        for voice in profile.voices() {
            give(voice, &mut means);
        }
        means
    }

    fn add(&mut self, candidate: usize, points: f64) {
        if let (Some(sum), Some(number)) = (
            self.sums.get_mut(candidate),
            self.numbers.get_mut(candidate),
        ) {
            *sum += points;
            *number += 1;
        }
    }

    fn standing(self) -> (Bars, Standing) {
        let means = self.sums.into_iter().zip(self.numbers);
        let bars: Bars = means
            .map(|(sum, number)| (number > 0).then(|| sum / f64::from(number)))
            .collect();
        let leaders = leaders(&bars);
        (bars, Standing::Leads(leaders))
    }
}

/// The share of those who judged it that score it [`APPROVES`] or more.
pub(super) fn approval(profile: &Profile) -> (Bars, Standing) {
    let means = Means::of(profile, |voice, means| {
        for (candidate, score) in voice.scored() {
            means.add(candidate, if score >= APPROVES { 1.0 } else { 0.0 });
        }
    });
    means.standing()
}

/// Points by rank, from 1 for the best of those that a voter judged down to 0 for the worst, ties
/// sharing theirs; the mean over those who judged it. So it costs nothing to be judged by few, or by
/// voters who judged few.
pub(super) fn borda(profile: &Profile) -> (Bars, Standing) {
    let mut on_level: Vec<u32> = Vec::new();
    let means = Means::of(profile, |voice, means| {
        on_level.clear();
        on_level.resize(profile.candidates() + 1, 0);
        let mut judged = 0;
        for (_, rank) in voice.ranked() {
            if let Some(number) = on_level.get_mut(usize::from(rank)) {
                *number += 1;
                judged += 1;
            }
        }
        if judged < 2 {
            return;
        }
        // For each level twice the number of those below, plus that of the others on it.
        let mut below = judged;
        for number in &mut on_level {
            below -= *number;
            *number = (below * 2 + *number).saturating_sub(1);
        }
        let most = f64::from(2 * (judged - 1));
        for (candidate, rank) in voice.ranked() {
            let points = on_level.get(usize::from(rank)).copied().unwrap_or_default();
            means.add(candidate, f64::from(points) / most);
        }
    });
    means.standing()
}

/// Scores in standard deviations from the mean of the voter, so that none weighs more by scoring
/// wider or higher; the mean over those who judged it.
pub(super) fn score(profile: &Profile) -> (Bars, Standing) {
    let means = Means::of(profile, |voice, means| {
        let (sum, number) = voice
            .scored()
            .fold((0.0, 0.0), |(sum, number), (_, score)| {
                (sum + score, number + 1.0)
            });
        if number < 2.0 {
            return;
        }
        let mean: f64 = sum / number;
        let squares: f64 = voice
            .scored()
            .map(|(_, score)| (score - mean).powi(2))
            .sum();
        let deviation = (squares / number).sqrt();
        for (candidate, score) in voice.scored() {
            // Less than this is the noise of the sums: the voter tells nothing apart.
            let points = if deviation < 1e-9 {
                0.0
            } else {
                (score - mean) / deviation
            };
            means.add(candidate, points);
        }
    });
    means.standing()
}
