//! Reads files of records into pools, each file once, and tells what is wrong with them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::pool::Pool;
use super::pools::Named;
use super::record::Record;
use super::suggested;
use crate::cli::Misused;
use crate::cli::records::{Records, Unreadable};
use crate::cli::telling::plain;

/// The most broken lines that are named.
const NAMED_MAX: u64 = 10;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) pools: Vec<Pool>,
    /// What is to be said of it.
    pub(super) notes: Vec<String>,
    /// Whether that is no ground to go on.
    pub(super) failed: bool,
}

/// Reads the pools that are named.
pub(super) fn read(named: &[Named], skip_broken: bool) -> anyhow::Result<Read> {
    let mut read = Read::default();
    // What members the records of a pool have besides its own, to tell what was meant.
    let mut strangers: Vec<BTreeSet<String>> = vec![BTreeSet::new(); named.len()];
    for one in named {
        read.pools.push(
            Pool::new(one.name.clone(), &one.members)
                .map_err(|error| Misused(error.to_string()))?,
        );
    }
    let mut files: Vec<&PathBuf> = Vec::new();
    for file in named.iter().flat_map(|one| &one.files) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    for file in files {
        let mut taking: Vec<(&mut Pool, &mut BTreeSet<String>)> = read
            .pools
            .iter_mut()
            .zip(&mut strangers)
            .zip(named)
            .filter(|(_, one)| one.files.contains(file))
            .map(|(taking, _)| taking)
            .collect();
        let broken = take(file, &mut taking, &mut read.notes)?;
        if broken > 0 {
            read.failed |= !skip_broken;
            let plural = if broken == 1 { "line is" } else { "lines are" };
            let what = if skip_broken {
                "left out"
            } else {
                "no record; mend the file, or leave such lines out with --skip-broken"
            };
            read.notes
                .push(format!("{}: {broken} {plural} {what}", file.display()));
        }
    }
    for (pool, strangers) in read.pools.iter().zip(&strangers) {
        if !read.failed {
            check(pool, strangers)?;
        }
        if pool.odd > 0 {
            read.notes.push(format!(
                "{}: {} times or prices are below nothing or too large, and count as unknown",
                plain(&pool.name),
                pool.odd
            ));
        }
    }
    Ok(read)
}

/// Reads a file into the pools that take from it. How many lines are broken.
fn take(
    file: &Path,
    pools: &mut [(&mut Pool, &mut BTreeSet<String>)],
    notes: &mut Vec<String>,
) -> anyhow::Result<u64> {
    let mut broken = 0;
    for record in Records::<Record>::open(file)? {
        let record = match record {
            Ok(record) => record,
            Err(error @ Unreadable::File { .. }) => return Err(error.into()),
            Err(error @ (Unreadable::Line { .. } | Unreadable::Long { .. })) => {
                broken += 1;
                if broken <= NAMED_MAX {
                    notes.push(error.to_string());
                } else if broken == NAMED_MAX + 1 {
                    notes.push(format!(
                        "{}: further lines are counted only",
                        file.display()
                    ));
                }
                continue;
            }
        };
        for (pool, strangers) in &mut *pools {
            pool.add(&record)
                .map_err(|error| Misused(error.to_string()))?;
            if !pool.is_open && strangers.len() < super::pool::MEMBERS_MAX {
                for label in record.answers.keys() {
                    if !strangers.contains(label) {
                        strangers.insert(label.clone());
                    }
                }
            }
        }
    }
    Ok(broken)
}

/// Whether a pool can be replayed.
fn check(pool: &Pool, met: &BTreeSet<String>) -> anyhow::Result<()> {
    let name = plain(&pool.name);
    let met: Vec<&str> = met.iter().map(String::as_str).collect();
    if pool.items.is_empty() && met.is_empty() {
        return Err(Misused(format!(
            "{name}: no record was read; a record is one line such as \
             {{\"id\":\"1\",\"kind\":\"sum\",\"answers\":{{\"gpt\":{{\"answer\":\"2\",\"correct\":1}}}}}}"
        ))
        .into());
    }
    if let Some(absent) = pool.absent().next() {
        return Err(Misused(format!(
            "{name}: no record has an answer of `{}`{}",
            plain(absent),
            suggested(absent, &met)
        ))
        .into());
    }
    if !pool.has(|given| given.right.is_some()) {
        return Err(Misused(format!(
            "{name}: no record says which answers are right; give each of them \"correct\": 1 or 0"
        ))
        .into());
    }
    Ok(())
}
