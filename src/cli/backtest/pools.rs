//! The file of pools: which members are held against each other on which file.
//!
//! ```toml
//! [MP8s]
//! file = "mmlupro.jsonl.gz"    # relative to this file
//! members = ["mathstral-7B", "Yi-34B"]
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use toml::Spanned;

use super::suggested;
use crate::cli::Misused;
use crate::cli::telling::plain;

/// A pool as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    file: Option<PathBuf>,
    members: Vec<String>,
}

/// Which members, on which files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) files: Vec<PathBuf>,
    pub(super) members: Vec<String>,
}

/// Reads the pools that are wanted; all of them where none is named. Where files are given, the pools of
/// these, and those that name none.
pub(super) fn read(
    path: &Path,
    wanted: &[String],
    files: &[PathBuf],
) -> anyhow::Result<Vec<Named>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the pools of {} cannot be read", path.display()))?;
    let written: BTreeMap<Spanned<String>, toml::Value> = toml::from_str(&text)
        .map_err(|error| Misused(format!("{} is no file of pools: {error}", path.display())))?;
    let mut written: Vec<(Spanned<String>, toml::Value)> = written.into_iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let known: Vec<&str> = written
        .iter()
        .map(|(name, _)| name.get_ref().as_str())
        .collect();
    for name in wanted {
        if !known.contains(&name.as_str()) {
            return Err(Misused(format!(
                "{} has no pool `{}`, only {}{}",
                path.display(),
                plain(name),
                plain(&known.join(", ")),
                suggested(name, &known)
            ))
            .into());
        }
    }
    let pools: Vec<Named> = written
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name.get_ref()))
        .map(|(name, pool)| named(path, name.get_ref(), pool, files))
        .collect::<anyhow::Result<_>>()?;
    let pools = pools.into_iter();
    let pools: Vec<Named> = pools.filter(|pool| !pool.files.is_empty()).collect();
    if pools.is_empty() {
        return Err(Misused(if known.is_empty() {
            format!("{} has no pools; one is a table with `file` and `members`", path.display())
        } else {
            format!(
                "no pool of {} is about these files; leave the files away, and each pool reads its own",
                path.display()
            )
        })
        .into());
    }
    Ok(pools)
}

fn named(path: &Path, name: &str, pool: &toml::Value, files: &[PathBuf]) -> anyhow::Result<Named> {
    let wrong = |what: &str| {
        Misused(format!(
            "{}: the pool `{}` {what}",
            path.display(),
            plain(name)
        ))
    };
    let written: Written = pool
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| wrong(&format!("is none: {}", error.message())))?;
    if written.members.is_empty() {
        return Err(wrong("has no members; name them as the records do").into());
    }
    for (at, member) in written.members.iter().enumerate() {
        if written.members.iter().take(at).any(|other| other == member) {
            return Err(wrong(&format!("has `{}` twice", plain(member))).into());
        }
    }
    let files = match written.file {
        None if files.is_empty() => {
            return Err(
                wrong("names no file; give it one, or name a file on the command line").into(),
            );
        }
        None => files.to_vec(),
        Some(file) => {
            let own = path.parent().unwrap_or(Path::new("")).join(&file);
            let is_own = |given: &&PathBuf| {
                same(given, &own)
                    || given
                        .file_name()
                        .is_some_and(|name| Some(name) == file.file_name())
            };
            if files.is_empty() {
                vec![own]
            } else {
                files.iter().filter(is_own).cloned().collect()
            }
        }
    };
    Ok(Named {
        name: name.to_owned(),
        files,
        members: written.members,
    })
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;

    use super::read;

    const POOLS: &str = "[Z]\nfile = \"a.jsonl\"\nmembers = [\"x\", \"y\"]\n[A]\nfile = \"b.jsonl\"\nmembers = [\"x\"]\n";

    fn told(text: &str, wanted: &[&str], files: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pools.toml");
        std::fs::write(&path, text).unwrap();
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let pools = read(&path, &wanted, &files).map_err(|error| format!("{error:#}"))?;
        let told = pools.iter().map(|pool| {
            let file = pool.files[0]
                .strip_prefix(folder.path())
                .unwrap_or(&pool.files[0]);
            format!(
                "{} {} {}",
                pool.name,
                file.display(),
                pool.members.join("+")
            )
        });
        Ok(told.collect())
    }

    #[test]
    fn pools_are_read_in_the_order_of_the_file() {
        assert_eq!(
            told(POOLS, &[], &[]).unwrap(),
            ["Z a.jsonl x+y", "A b.jsonl x"]
        );
        assert_eq!(told(POOLS, &["A"], &[]).unwrap(), ["A b.jsonl x"]);
        // A file that is named elsewhere stands for the one of the same name.
        assert_eq!(
            told(POOLS, &[], &["/other/a.jsonl"]).unwrap(),
            ["Z /other/a.jsonl x+y"]
        );
        assert!(
            told(POOLS, &[], &["c.jsonl"])
                .unwrap_err()
                .contains("about these files")
        );
    }

    #[test]
    fn what_is_wrong_with_a_pool_is_said() {
        for (text, wanted, why) in [
            (POOLS, "AA", "no pool `AA`"),
            ("", "", "has no pools"),
            ("[A]\nmembers = []", "", "has no members"),
            ("[A]\nmembers = [\"x\"]", "", "names no file"),
            (
                "[A]\nfile = \"f\"\nmembers = [\"x\", \"x\"]",
                "",
                "has `x` twice",
            ),
            ("[A]\nfile = \"f\"\nmember = [\"x\"]", "", "unknown field"),
            ("A = 1", "", "is none"),
            ("[A", "", "is no file of pools"),
        ] {
            let wanted: Vec<&str> = Some(wanted)
                .filter(|word| !word.is_empty())
                .into_iter()
                .collect();
            let told = told(text, &wanted, &[]).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
