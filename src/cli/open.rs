//! `synod`: opens the room of the project in this terminal.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use jiff::tz::TimeZone;

use crate::cli::room::{Room, make_folder};
use crate::cli::start::attach_or_start;
use crate::cli::{Place, absent, confirm, git, keys, themes, welcome};
use crate::config::{Ascii, Loaded, Notify, Sessions, find_program};
use crate::core::Timestamp;
use crate::engine::{Clock, SystemClock};
use crate::link::Client;
use crate::ui::action::Tiling;
use crate::ui::addresses;
use crate::ui::around::Machine;
use crate::ui::ascii;
use crate::ui::clipboard::Clipboard;
use crate::ui::console::Settings;
use crate::ui::ground::Ground;
use crate::ui::keymap::Keymap;
use crate::ui::linear::{self, Lines};
use crate::ui::model::Host;
use crate::ui::notify::Means;
use crate::ui::terminal::Modes;
use crate::ui::{Attached, End, run};

/// How the console is shown.
enum Face {
    /// On a screen.
    Drawn,
    /// As lines of text; what was typed ahead outlives a console.
    Lines(Lines),
}

/// Opens the console, and with `foreground` the room in the same process.
pub(super) fn open(place: &Place, foreground: bool) -> anyhow::Result<ExitCode> {
    let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides)?;
    let is_dumb = place.env.get("TERM") == Some("dumb");
    let linear = loaded.config.ui.shown.linear;
    let in_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !in_terminal && !linear {
        bail!(
            "the console needs a terminal; `synod --linear` and `synod run \"TASK\"` work without one"
        );
    }
    let dumb = (is_dumb && !linear).then(|| {
        "this terminal calls itself dumb, so the console is one of lines, as with --linear; set TERM to what \
         it is, for instance xterm-256color, for the whole one"
            .to_owned()
    });
    let keys = keys::read(&place.env);
    let trouble = keys.trouble();
    let mut settings = settings(place, &loaded, keys.keymap, foreground);
    let mut trust = confirm::load(&place.env);
    let items = confirm::unconfirmed(&loaded, &place.project.root, &trust);
    confirm::ask(&items, &mut trust)?;
    let told = [
        dumb,
        trouble,
        settings.greeting.take(),
        git::keep_out(place),
        absent::line(place),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    settings.greeting = (!told.is_empty()).then(|| told.join("; "));
    // Questions have been asked by now: from here on all that is typed is for the console.
    let mut face = if linear || is_dumb {
        Face::Lines(Lines::of_stdin())
    } else {
        Face::Drawn
    };
    if foreground {
        return in_one_process(place, settings, face);
    }
    super::runtime()?.block_on(async {
        let mut settings = settings;
        loop {
            let client = attach_or_start(place).await?;
            match console(place, client, settings.clone(), &mut face).await? {
                End::Reopen { draft, theme } => {
                    settings.draft = draft;
                    settings.theme = Arc::unwrap_or_clone(theme);
                    settings.grounds = None;
                }
                End::Left | End::Dismissed => return Ok(ExitCode::SUCCESS),
            }
        }
    })
}

fn in_one_process(place: &Place, settings: Settings, mut face: Face) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        make_folder(place)?;
        let room = Room::start(place).await?;
        let client = Client::local(room.desk()).await?;
        let ended = console(place, client, settings, &mut face).await;
        room.end().await?;
        match ended? {
            // A room in this process is gone with it.
            End::Reopen { .. } | End::Left | End::Dismissed => Ok(ExitCode::SUCCESS),
        }
    })
}

async fn console(
    place: &Place,
    client: Client,
    mut settings: Settings,
    face: &mut Face,
) -> anyhow::Result<End> {
    // Lines scroll by: what is told once there is what the room tells anyway.
    settings.welcome = matches!(face, Face::Drawn) && welcome::claim(&place.env, client.state());
    let mut room = Attached::new(client, now);
    // A whole console is too large to be moved about.
    let end = match face {
        Face::Drawn => Box::pin(run(&mut room, settings)).await?,
        Face::Lines(lines) => Box::pin(linear::run(&mut room, lines, settings)).await?,
    };
    if room.is_gone() && !matches!(end, End::Reopen { .. }) {
        writeln!(
            std::io::stderr(),
            "the room has ended; `synod` takes it up where it was"
        )?;
    }
    Ok(end)
}

fn now() -> Timestamp {
    SystemClock::default().now()
}

fn settings(place: &Place, loaded: &Loaded, keymap: Keymap, foreground: bool) -> Settings {
    let ui = &loaded.config.ui;
    let (themes, name) = themes::known(place, ui, &ui.theme);
    let (theme, trouble) = themes.find_or_other(&name);
    let grounds = themes::by_ground(place, ui, &themes);
    // A console in other colours is better than none.
    let trouble = trouble.map(|why| {
        let other = theme.name();
        format!("{name} cannot be used, so the theme is {other}: {why}")
    });
    let editor = place
        .env
        .get("VISUAL")
        .or_else(|| place.env.get("EDITOR"))
        .unwrap_or("");
    Settings {
        theme,
        themes,
        grounds,
        keymap,
        zone: TimeZone::system(),
        host: if foreground {
            Host::ThisProcess
        } else {
            Host::OwnProcess
        },
        greeting: trouble,
        draft: String::new(),
        notify: match ui.notify {
            Notify::Auto => Means::of(|name| place.env.get(name)),
            Notify::Osc9 => Means::Osc9,
            Notify::Bell => Means::Bell,
            Notify::Off => Means::Off,
        },
        modes: Modes {
            mouse: ui.mouse,
            kitty: ui.kitty,
            main_screen: !ui.shown.alt_screen,
        },
        editor: editor.split_whitespace().map(str::to_owned).collect(),
        ascii: match ui.shown.ascii {
            Ascii::Auto => ascii::is_all(&place.env),
            Ascii::Only => true,
            Ascii::Never => false,
        },
        clipboard: Clipboard::of(
            ui.clipboard,
            |name| place.env.get(name),
            |name| find_program(name, place.env.path(), Path::new("/")),
        ),
        ground: Ground::default(),
        machine: Some(Machine {
            env: place.env.clone(),
            project: place.project.root.clone(),
        }),
        welcome: false,
        links: ui
            .shown
            .links
            .unwrap_or_else(|| addresses::are_taken(&place.env)),
        tiling: match ui.sessions {
            Sessions::List => Tiling::List,
            Sessions::Tabs => Tiling::Tabs,
            Sessions::Columns => Tiling::Columns,
            Sessions::Grid => Tiling::Grid,
        },
    }
}
