//! Replays the rows of a pool under each seed, several seeds at a time.

use std::num::NonZero;
use std::thread;

use super::figures::{Scored, Tally};
use super::order::order;
use super::pool::{Kept, Pool};
use super::rows::Row;
use crate::core::routing::replay::Replay;

/// One row under one seed.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    pub(super) all: Tally,
    /// By the place of the kind.
    pub(super) kinds: Vec<Tally>,
    /// How often a member was found to have changed.
    pub(super) changes: usize,
    /// How right each item was, in the order of the records and not of the seed; no number where that is
    /// not known. Only where it is wanted.
    pub(super) marks: Vec<f32>,
}

/// Every row under every seed, by row and then by seed.
pub(super) fn courses(pool: &Pool, rows: &[Row], seeds: u64, marks: bool) -> Vec<Vec<Course>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = u64::try_from(cores).unwrap_or(1).clamp(1, seeds.max(1));
    let turn = |worker: u64| {
        let mine = (worker..seeds).step_by(usize::try_from(workers).unwrap_or(1));
        mine.map(|seed| (seed, under(pool, rows, seed, marks)))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<(u64, Vec<Course>)> = thread::scope(|scope| {
        let turn = &turn;
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || turn(worker)))
            .collect();
        let ended = running.into_iter().map(|one| match one.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        ended.flatten().collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    let mut by_row: Vec<Vec<Course>> = rows.iter().map(|_| Vec::new()).collect();
    for (_, courses) in all {
        for (row, course) in by_row.iter_mut().zip(courses) {
            row.push(course);
        }
    }
    by_row
}

/// Every row under one seed.
fn under(pool: &Pool, rows: &[Row], seed: u64, marks: bool) -> Vec<Course> {
    let ordered = |items: &[Kept]| {
        if pool.is_in_order {
            (0..items.len()).collect()
        } else {
            order(items, seed)
        }
    };
    let all = ordered(pool.items(false));
    let votes = pool.votes.as_ref().map(|votes| ordered(votes));
    let rows = rows.iter();
    rows.map(|row| {
        let order = votes.as_ref().filter(|_| row.is_rule()).unwrap_or(&all);
        course(pool, row, order, seed, marks)
    })
    .collect()
}

fn course(pool: &Pool, row: &Row, order: &[usize], seed: u64, marks: bool) -> Course {
    let items = pool.items(row.is_rule());
    let mut course = Course {
        kinds: vec![Tally::default(); pool.kinds.len()],
        marks: if marks {
            vec![f32::NAN; items.len()]
        } else {
            Vec::new()
        },
        ..Course::default()
    };
    let mut replay = row.way().map(|way| Replay::new(&pool.members, way, seed));
    for (turn, place) in order.iter().enumerate() {
        let Some(kept) = items.get(*place) else {
            continue;
        };
        let scored = match (&mut replay, row) {
            (Some(replay), _) => replay.work(&kept.item).as_ref().map(Scored::of),
            (None, Row::Hindsight(hindsight)) => hindsight.work(kept),
            (None, Row::Policy(..) | Row::Rule(..)) => None,
        };
        let Some(scored) = scored else { continue };
        let is_late = turn >= order.len() / 2;
        course.all.add(scored, is_late);
        if let Some(kind) = course.kinds.get_mut(kept.kind) {
            kind.add(scored, is_late);
        }
        if let (Some(mark), Some(right)) = (course.marks.get_mut(*place), scored.right) {
            *mark = as_mark(right);
        }
    }
    course.changes = replay.map_or(0, |replay| replay.changes());
    course
}

#[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
fn as_mark(right: f64) -> f32 {
    right as f32
}
