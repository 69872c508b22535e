//! From the configuration to the checks of a room: what the core knows of them, and what is run.

use std::collections::BTreeMap;

use crate::cli::{Place, confirm};
use crate::config::{Check, Layer, Loaded, Owner, Reach, ResolvedServer, Trust};
use crate::core::{CheckName, Checks, Kinds};
use crate::mcp::Errand;
use crate::members::CheckCommands;

/// Those that are written down, by name and kinds. The configuration has checked them; what the core would
/// refuse is left out.
pub(super) fn known(loaded: &Loaded, kinds: &Kinds) -> Checks {
    let all = loaded.config.checks.iter().filter_map(|check| {
        let name = CheckName::new(check.name.as_str()).ok()?;
        let of = check.kinds.iter();
        Some((name, of.filter_map(|kind| kinds.read(kind).ok()).collect()))
    });
    Checks::new(all.collect()).unwrap_or_default()
}

/// What each of them runs; where it cannot be run, why.
pub(super) fn commands(place: &Place, loaded: &Loaded, trust: &Trust) -> CheckCommands {
    let all = loaded.config.checks.iter().filter_map(|check| {
        let name = CheckName::new(check.name.as_str()).ok()?;
        Some((name, errand(place, loaded, trust, check)))
    });
    CheckCommands::new(all.collect::<BTreeMap<_, _>>())
}

/// What a check runs: of the project's file only what was confirmed.
pub(in crate::cli) fn errand(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    check: &Check,
) -> Result<Errand, String> {
    let owner = Owner::Check(check.name.clone());
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    if check.origin.layer == Layer::Project && unconfirmed.iter().any(|item| item.owner == owner) {
        let name = &check.name;
        return Err(format!(
            "you have not confirmed what `{name}` runs: run `synod init`"
        ));
    }
    let resolved = check.resolve(&place.env, &place.project.root);
    let ResolvedServer { reach, env, cwd } =
        resolved.map_err(|error| error.to_string().replace("`command`", "`run`"))?;
    let command = match reach {
        Reach::Process { command } => command,
        Reach::Http { .. } | Reach::BuiltIn { .. } => {
            return Err(format!("`{}` has no `run`", check.name));
        }
    };
    Ok(Errand {
        name: format!("check {}", check.name),
        command,
        env,
        cwd,
        limit: check.timeout,
    })
}
