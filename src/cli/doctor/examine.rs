//! The whole examination: what is looked at, in which order it is told, and all of it at the same
//! time. The command and the room run the same one.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::cli::doctor::fix::Remedy;
use crate::cli::doctor::lent::{self, Look};
use crate::cli::doctor::server::{Called, Expected, Ground};
use crate::cli::doctor::sink::Sink;
use crate::cli::doctor::terminal::Terminal;
use crate::cli::doctor::{absent, agent, folder, handed, hub, room, server, talk, tool_server};
use crate::cli::room::checks;
use crate::cli::room::roster::{Roster, roster};
use crate::cli::{Place, confirm, keys};
use crate::config::{ConfigError, Loaded, Owner, Problem, Tools};
use crate::core::{Aspect, Check, Checkup, HubKind, Meter};
use crate::mcp::{GuardCommand, Options, Supervisor};
use crate::members::Setup;

/// Whether members are sent real prompts, which may cost something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Prompts {
    /// Two each.
    Send,
    /// None.
    Leave,
}

/// Who looks.
#[derive(Debug, Clone)]
pub(in crate::cli) enum By {
    /// A command in a terminal.
    Command,
    /// The room itself.
    Room {
        /// The shared memory that it keeps.
        hub: Weak<Supervisor>,
        /// Which one that is.
        kind: HubKind,
        /// How full it is.
        meter: Meter,
    },
}

/// Where and how deep is looked.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Scope {
    pub(in crate::cli) place: Place,
    pub(in crate::cli) prompts: Prompts,
    pub(in crate::cli) by: By,
    /// How servers are started.
    pub(in crate::cli) options: Options,
    /// What everything started runs on.
    pub(in crate::cli) tasks: TaskTracker,
}

/// What is to be looked at.
#[derive(Debug)]
pub(in crate::cli) struct Plan {
    scope: Scope,
    loaded: Option<Loaded>,
    works: Vec<(String, Work)>,
}

/// How one subject is looked at.
#[derive(Debug)]
enum Work {
    /// It is known already.
    Known(Vec<Check>),
    Terminal,
    Folder,
    Room,
    Hub,
    Member {
        setup: Box<Setup>,
        api: Option<String>,
    },
    Server(Box<Expected>),
    /// What is lent from the hub.
    Lent(Box<Tools>),
}

impl Plan {
    /// Reads the configuration and lists what there is. `mended` is told first.
    pub(in crate::cli) fn new(scope: Scope, mended: Vec<Check>) -> Self {
        let mut works = Vec::new();
        if !mended.is_empty() {
            works.push(("mended".to_owned(), Work::Known(mended)));
        }
        let place = &scope.place;
        let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides);
        let mut read = files(&loaded);
        read.extend(keys::checks(&place.env));
        works.push(("configuration".to_owned(), Work::Known(read)));
        if let By::Command = scope.by {
            works.push(("terminal".to_owned(), Work::Terminal));
        }
        works.push(("folder".to_owned(), Work::Folder));
        works.push(("room".to_owned(), Work::Room));
        let loaded = loaded.ok();
        if let Some(loaded) = &loaded {
            works.push(("hub".to_owned(), Work::Hub));
            works.extend(members(&scope, loaded));
            works.extend(servers(&scope, loaded));
            works.extend(tools(&scope, loaded));
            works.extend(results(&scope, loaded));
        }
        Self {
            scope,
            loaded,
            works,
        }
    }

    /// What is not known yet, for whoever watches.
    pub(in crate::cli) fn checkup(&self) -> Checkup {
        Checkup::of(self.works.iter().map(|(subject, _)| subject.clone()))
    }

    /// Looks at everything at the same time. Dropping it ends what was started.
    pub(in crate::cli) async fn run(self, checkup: watch::Sender<Checkup>) {
        let checkup = Arc::new(checkup);
        let Self {
            scope,
            loaded,
            works,
        } = self;
        let ground = Ground {
            options: scope.options.clone(),
            tasks: scope.tasks.clone(),
            user: scope.place.env.clone(),
        };
        let all = works.into_iter().enumerate().map(|(part, (_, work))| {
            let sink = Sink::new(&checkup, part);
            let (scope, ground, loaded) = (&scope, &ground, loaded.as_ref());
            async move {
                look(work, scope, ground, loaded, &sink).await;
                sink.close();
            }
        });
        join_all(all).await;
    }
}

async fn look(work: Work, scope: &Scope, ground: &Ground, loaded: Option<&Loaded>, sink: &Sink) {
    let place = &scope.place;
    let files = loaded.map_or(&[] as &[PathBuf], |loaded| &loaded.files);
    match work {
        Work::Known(checks) => checks.into_iter().for_each(|check| sink.add(check)),
        Work::Terminal => {
            let env = place.env.clone();
            // It may wait for an answer of the terminal.
            let terminal = tokio::task::spawn_blocking(move || Terminal::of_process(&env));
            match terminal.await {
                Ok(Some(terminal)) => terminal
                    .checks()
                    .into_iter()
                    .for_each(|check| sink.add(check)),
                Ok(None) | Err(_) => sink.add(Check::skipped(
                    Aspect::Size,
                    "there is none; the commands without a screen work here",
                )),
            }
        }
        Work::Folder => {
            let project = place.project.clone();
            let found = tokio::task::spawn_blocking(move || folder::findings(&project));
            for finding in found.await.unwrap_or_default() {
                sink.add(finding.check);
            }
        }
        Work::Room => {
            if let Some(check) = room::journal(&place.project.room).await {
                sink.add(check);
            }
            let checks = match &scope.by {
                By::Command => match room::process(&place.project, files).await {
                    Ok(alive) => alive.checks,
                    Err(check) => vec![check],
                },
                By::Room { .. } => {
                    let detail = format!("runs as process {}", std::process::id());
                    vec![room::process_check(&place.project, detail, files)]
                }
            };
            for check in checks {
                sink.add(check);
            }
        }
        Work::Hub => match &scope.by {
            By::Room { hub, kind, meter } => hub::examine_kept(hub, *kind, meter, sink).await,
            By::Command => match (room::process(&place.project, files).await, loaded) {
                (Ok(alive), _) => {
                    sink.add(room::hub_of(&alive));
                    sink.add(hub::fullness(&alive.hub.meter));
                }
                (Err(_), Some(loaded)) => {
                    let program = &scope.options.guard.program;
                    hub::examine(place, loaded, program, ground, sink).await;
                }
                (Err(_), None) => {}
            },
        },
        Work::Member { setup, api } => member(&setup, api, scope, ground, sink).await,
        Work::Server(expected) => {
            if let Some(connection) = server::examine(&expected, ground, sink).await {
                connection.close().await;
            }
        }
        Work::Lent(tools) => {
            let hub = match &scope.by {
                By::Room { hub, .. } => Some(hub),
                By::Command => None,
            };
            for check in lent::of_hub(&tools, hub, &place.project.root).await {
                sink.add(check);
            }
        }
    }
}

async fn member(setup: &Setup, api: Option<String>, scope: &Scope, ground: &Ground, sink: &Sink) {
    let tools = setup.adapter.tools();
    let expected = Expected {
        server: setup.server.clone(),
        tools: tools.into_iter().map(str::to_owned).collect(),
        called: Called::ByTheRoom,
        rehearsal: setup.spec.rehearsal,
        api,
    };
    for check in handed::of(&setup.adapter) {
        sink.add(check);
    }
    let is_fit = if setup.adapter.is_agent() {
        agent::examine(&expected, &setup.adapter, ground, sink).await
    } else {
        match server::examine(&expected, ground, sink).await {
            Some(connection) => {
                connection.close().await;
                true
            }
            None => false,
        }
    };
    if !is_fit {
        sink.add(Check::skipped(Aspect::Prompt, "it could not be answered"));
        return;
    }
    match scope.prompts {
        Prompts::Send => talk::examine(setup, &ground.options, sink).await,
        Prompts::Leave => {
            let how = "it may cost something: synod doctor --ask";
            sink.add(Check::not_asked(Aspect::Prompt, how));
        }
    }
}

fn files(loaded: &Result<Loaded, ConfigError>) -> Vec<Check> {
    match loaded {
        Ok(loaded) if loaded.files.is_empty() => vec![Check::ok(
            Aspect::Files,
            "none; the room would be a rehearsal, and `synod init` writes one",
        )],
        Ok(loaded) => {
            let files = loaded.files.iter().map(|file| file.display().to_string());
            vec![Check::ok(
                Aspect::Files,
                files.collect::<Vec<_>>().join(", "),
            )]
        }
        Err(error) => {
            let told = match error {
                ConfigError::Unreadable { .. } => vec![error.to_string()],
                ConfigError::Invalid(problems) => each_once(problems),
            };
            let failed = told.into_iter().map(|what| {
                Check::failed(
                    Aspect::Files,
                    what,
                    "mend the file where it says, then run this again",
                )
            });
            let mut checks: Vec<Check> = failed.collect();
            // What to do is the same for all of them.
            if let Some((_, before)) = checks.split_last_mut() {
                for check in before {
                    check.fix = None;
                }
            }
            checks
        }
    }
}

/// A sentence for each fault, with all places where it stands.
fn each_once(problems: &[Problem]) -> Vec<String> {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for Problem { place, fault } in problems {
        let (fault, place) = (fault.to_string(), place.to_string());
        match told.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, places)) if places.contains(&place) => {}
            Some((_, places)) => places.push(place),
            None => told.push((fault, vec![place])),
        }
    }
    let told = told.into_iter();
    told.map(|(fault, places)| format!("{}: {fault}", places.join(", ")))
        .collect()
}

fn members(scope: &Scope, loaded: &Loaded) -> Vec<(String, Work)> {
    let place = &scope.place;
    let program = GuardCommand {
        program: scope.options.guard.program.clone(),
        args: Vec::new(),
    };
    let trust = confirm::load(&place.env);
    let Roster { setups, left_out } = roster(place, loaded, &trust, &program);
    let mut all = Vec::new();
    for (name, why) in left_out {
        let safe = absent::remedies(place, loaded)
            .iter()
            .any(|(owner, remedy)| is_member(owner, name.as_str()) && is_folder(remedy));
        let check = absent::told(&why, safe);
        all.push((format!("member {name}"), Work::Known(vec![check])));
    }
    for setup in setups {
        let name = setup.spec.name.to_string();
        let configured = loaded.config.members.iter();
        let api = configured
            .filter(|member| member.adapter.is_built_in() && member.name.as_str() == name)
            .find_map(|member| member.launch.url.clone());
        let setup = Box::new(setup);
        all.push((format!("member {name}"), Work::Member { setup, api }));
    }
    all
}

fn is_member(owner: &Owner, name: &str) -> bool {
    matches!(owner, Owner::Member(member) if member.as_str() == name)
}

fn is_folder(remedy: &Remedy) -> bool {
    matches!(remedy, Remedy::MakeFolder { .. })
}

fn servers(scope: &Scope, loaded: &Loaded) -> Vec<(String, Work)> {
    let place = &scope.place;
    let trust = confirm::load(&place.env);
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, &trust);
    let all = loaded.config.servers.iter().map(|server| {
        let owner = Owner::Server(server.name.clone());
        let work = if unconfirmed.iter().any(|item| item.owner == owner) {
            let why = format!(
                "you have not confirmed how `{}` is started: run `synod init`",
                server.name
            );
            Work::Known(vec![absent::told(&why, false)])
        } else {
            match tool_server::expected(server, place) {
                Ok(expected) => Work::Server(Box::new(expected)),
                Err(error) => Work::Known(vec![absent::told(&error.to_string(), false)]),
            }
        };
        (format!("server {}", server.name), work)
    });
    all.collect()
}

fn tools(scope: &Scope, loaded: &Loaded) -> Vec<(String, Work)> {
    let place = &scope.place;
    let trust = confirm::load(&place.env);
    let all = loaded.config.tools.iter().map(|tools| {
        let work = match lent::look(tools, place, loaded, &trust) {
            Look::Known(checks) => Work::Known(checks),
            Look::Server(expected) => Work::Server(Box::new(expected)),
            Look::Hub(tools) => Work::Lent(Box::new(tools)),
        };
        (format!("tools {}", tools.name), work)
    });
    all.collect()
}

/// The checks of results: found, and never run.
fn results(scope: &Scope, loaded: &Loaded) -> Vec<(String, Work)> {
    let place = &scope.place;
    let trust = confirm::load(&place.env);
    let all = loaded.config.checks.iter().map(|check| {
        let found = match checks::errand(place, loaded, &trust, check) {
            Ok(errand) => Check::ok(Aspect::Found, errand.command.join(" ")),
            Err(why) => absent::told(&why, false),
        };
        (format!("check {}", check.name), Work::Known(vec![found]))
    });
    all.collect()
}
