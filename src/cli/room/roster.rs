//! From the configuration to the members of a room: who they are, and how they are started.

use std::collections::BTreeMap;

use crate::cli::room::handed;
use crate::cli::room::kinds::kinds;
use crate::cli::room::reading::{self, ReadingError};
use crate::cli::room::scratch::{self, ScratchError};
use crate::cli::room::servers::{adapter, defaults, launch};
use crate::cli::room::tools;
use crate::cli::{Place, confirm};
use crate::config::{
    Adapter as Word, Confirmable, Cost, Layer, Loaded, Member, OPENCODE_PERMISSION, Owner,
    ResolveError, Tools, Trust,
};
use crate::core::id::BadName;
use crate::core::task::UnknownWord;
use crate::core::{Kinds, MemberName, MemberSpec, Reach};
use crate::mcp::{GuardCommand, Limits, ServerSpec};
use crate::members::{Adapter, ChatOptions, HandedOver, Prices, Setup};
use crate::servers::rehearsal::Persona;

/// Who plays in a room without any model.
const REHEARSAL: [Persona; 3] = [Persona::Thoughtful, Persona::Terse, Persona::Wrong];

/// The members of a room, and what is wrong with the others.
#[derive(Debug, Default)]
pub(in crate::cli) struct Roster {
    /// Those that can be started.
    pub(in crate::cli) setups: Vec<Setup>,
    /// Those that cannot: who, and one sentence on why and what to do.
    pub(in crate::cli) left_out: Vec<(MemberName, String)>,
}

/// Why a member cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum RosterError {
    /// Its name is none.
    #[error(transparent)]
    Name(#[from] BadName),
    /// A strength is for no kind of task.
    #[error(transparent)]
    Kind(#[from] UnknownWord),
    /// The endpoint has to be told which model.
    #[error("`{0}` needs `model`, the name of a model that its endpoint has")]
    NoModel(MemberName),
    /// It cannot be started as written.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// There is no folder for what it writes.
    #[error("`{0}`: {1}")]
    Scratch(MemberName, ScratchError),
    /// It cannot be held to reading.
    #[error("`{0}`: {1}")]
    Reading(MemberName, ReadingError),
}

/// Takes in who is configured and confirmed; with nobody configured, the rehearsal members.
pub(in crate::cli) fn roster(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    own: &GuardCommand,
) -> Roster {
    let mut roster = Roster::default();
    if loaded.config.members.is_empty() {
        roster.setups.extend(
            REHEARSAL
                .into_iter()
                .filter_map(|persona| rehearsal(place, persona, own)),
        );
        return roster;
    }
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    let kinds = kinds(loaded);
    let lent = tools::confirmed(place, loaded, trust);
    for member in &loaded.config.members {
        let Ok(name) = MemberName::new(member.name.as_str()) else {
            continue;
        };
        if is_unconfirmed(member, &unconfirmed) {
            let why = format!("you have not confirmed how `{name}` is started: run `synod init`");
            roster.left_out.push((name, why));
            continue;
        }
        let handed = handed::servers(place, loaded, trust, member);
        match setup(place, member, &kinds, &lent, own, handed) {
            Ok(setup) => roster.setups.push(setup),
            Err(error) => roster.left_out.push((name, error.to_string())),
        }
    }
    roster
}

/// A built-in server without any setting, such as a rehearsal, needs no leave.
fn is_unconfirmed(member: &Member, unconfirmed: &[Confirmable]) -> bool {
    let owner = Owner::Member(member.name.clone());
    member.origin.layer == Layer::Project && unconfirmed.iter().any(|item| item.owner == owner)
}

fn setup(
    place: &Place,
    member: &Member,
    kinds: &Kinds,
    lent: &[&Tools],
    own: &GuardCommand,
    handed: Vec<HandedOver>,
) -> Result<Setup, RosterError> {
    let mut resolved = member.resolve(&place.env, &place.project.root)?;
    let mut adapter = adapter(member, &resolved.cwd);
    defaults(member, &mut resolved);
    let reach = reach(member, &adapter, &resolved.env, lent);
    let spec = spec(member, kinds, reach)?;
    if member.adapter == Word::Gemini && member.read_only {
        reading::hold(&place.project.room, &mut resolved.env)
            .map_err(|why| RosterError::Reading(spec.name.clone(), why))?;
    }
    if member.adapter == Word::Openai && member.model.is_none() {
        return Err(RosterError::NoModel(spec.name));
    }
    if let Adapter::Acp(options) = &mut adapter {
        options.servers = handed;
    }
    if let Adapter::Pal(options) = &mut adapter {
        options.cwd = scratch::pal(&place.project.room, &mut resolved.env)
            .map_err(|why| RosterError::Scratch(spec.name.clone(), why))?;
    }
    let server = ServerSpec {
        name: spec.name.to_string(),
        transport: launch(member, resolved, own),
        limits: Limits {
            idle: member.timeout.idle,
            total: member.timeout.total,
        },
    };
    Ok(Setup {
        spec,
        adapter,
        server,
        prices: prices(member.cost),
    })
}

fn spec(member: &Member, kinds: &Kinds, reach: Reach) -> Result<MemberSpec, RosterError> {
    let strengths = member
        .strengths
        .iter()
        .map(|(kind, share)| Ok((kinds.read(kind)?, *share)));
    Ok(MemberSpec {
        name: MemberName::new(member.name.as_str())?,
        family: member.family().to_owned(),
        strengths: strengths.collect::<Result<_, UnknownWord>>()?,
        parallel: u32::from(member.parallel),
        reach,
        rehearsal: member.rehearsal.is_some(),
        model: member.model.clone(),
    })
}

fn reach(
    member: &Member,
    adapter: &Adapter,
    env: &BTreeMap<String, String>,
    lent: &[&Tools],
) -> Reach {
    let sandboxed = match adapter {
        // The room holds it: for reading it is offered what reads, and nothing else.
        Adapter::Chat(_) if adapter.takes_tools() && tools::lets_act(lent, &member.name) => true,
        Adapter::Chat(_) | Adapter::Pal(_) => return Reach::Text,
        // By a policy of its own, see `reading`; else by nothing.
        Adapter::Gemini(_) => member.read_only,
        Adapter::Claude(_) => false,
        Adapter::Codex(_) | Adapter::CodexMcpServer(_) => true,
        // By a mode or by settings of its own; whatever it asks leave for then is refused.
        Adapter::Acp(options) => options.is_held(asks(member.adapter, env)),
        Adapter::Generic(_) => member
            .generic
            .as_ref()
            .is_some_and(|tool| tool.sandbox.is_some()),
    };
    match (sandboxed, member.read_only) {
        (true, true) => Reach::Reads,
        (true, false) => Reach::Sandboxed,
        (false, _) => Reach::Unguarded,
    }
}

/// Whether an environment has opencode ask for leave as its adapter would have it ask.
fn asks(adapter: Word, env: &BTreeMap<String, String>) -> bool {
    let given = adapter.default_env().iter();
    let mut given = given.filter(|(name, _)| *name == OPENCODE_PERMISSION);
    given.all(|(name, value)| env.get(*name).is_some_and(|set| set == value))
}

fn prices(cost: Option<Cost>) -> Prices {
    cost.map_or_else(Prices::default, |cost| Prices {
        input_per_mtok_micro_usd: micro(cost.input_per_mtok),
        output_per_mtok_micro_usd: micro(cost.output_per_mtok),
    })
}

/// Millionths of so many dollars.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a sum of money"
)]
pub(super) fn micro(usd: f64) -> u64 {
    (usd * 1e6).round() as u64
}

fn rehearsal(place: &Place, persona: Persona, own: &GuardCommand) -> Option<Setup> {
    let name = MemberName::new(persona.word()).ok()?;
    let spec = MemberSpec {
        name: name.clone(),
        family: persona.word().to_owned(),
        strengths: std::collections::BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    };
    let server = ServerSpec {
        name: name.to_string(),
        transport: crate::cli::room::servers::rehearsal(place, persona, own),
        limits: Limits::default(),
    };
    Some(Setup {
        spec,
        adapter: Adapter::Chat(ChatOptions::default()),
        server,
        prices: Prices::default(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::asks;
    use crate::config::{Adapter, OPENCODE_PERMISSION};

    #[test]
    fn opencode_asks_as_long_as_nobody_tells_it_otherwise() {
        let given = Adapter::Opencode.default_env().iter();
        let mut env: BTreeMap<String, String> = given
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        env.insert("OPENCODE_DISABLE_AUTOUPDATE".to_owned(), "0".to_owned());
        assert!(asks(Adapter::Opencode, &env));
        env.insert(OPENCODE_PERMISSION.to_owned(), "{}".to_owned());
        assert!(!asks(Adapter::Opencode, &env));
        assert!(asks(Adapter::Acp, &env));
    }
}
