//! The kinds of task that a room has of its own, from the configuration.

use crate::config::Loaded;
use crate::core::{KindName, Kinds, OwnKind, TaskKind};

/// Those that are written down. The configuration has checked them; what the core would refuse is left
/// out.
pub(in crate::cli) fn kinds(loaded: &Loaded) -> Kinds {
    let own = loaded.config.kinds.iter().filter_map(|kind| {
        let name = KindName::new(&kind.name).ok()?;
        let like = kind.like.as_ref();
        let own = OwnKind {
            means: kind.means.clone(),
            words: kind.words.clone(),
            like: like.and_then(|word| word.parse::<TaskKind>().ok()),
        };
        Some((name, own))
    });
    Kinds::new(own.collect()).unwrap_or_default()
}
