//! `synod`: opens the room of the project in this terminal.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use jiff::tz::TimeZone;

use crate::cli::room::{Room, make_folder};
use crate::cli::start::attach_or_start;
use crate::cli::{Place, absent, confirm, git, keys, themes};
use crate::config::{Loaded, Notify};
use crate::core::Timestamp;
use crate::engine::{Clock, SystemClock};
use crate::link::Client;
use crate::ui::console::Settings;
use crate::ui::keymap::Keymap;
use crate::ui::model::Host;
use crate::ui::notify::Means;
use crate::ui::terminal::Modes;
use crate::ui::{Attached, End, run};

/// Opens the console, and with `foreground` the room in the same process.
pub(super) fn open(place: &Place, foreground: bool) -> anyhow::Result<ExitCode> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        bail!("the console needs a terminal; `synod run \"TASK\"` works without one");
    }
    if place.env.get("TERM") == Some("dumb") {
        bail!(
            "this terminal calls itself dumb and cannot show the console: set TERM to what it is, for instance xterm-256color, or use `synod run \"TASK\"`"
        );
    }
    let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides)?;
    let keys = keys::read(&place.env);
    let trouble = keys.trouble();
    let mut settings = settings(place, &loaded, keys.keymap, foreground);
    let mut trust = confirm::load(&place.env);
    let items = confirm::unconfirmed(&loaded, &place.project.root, &trust);
    confirm::ask(&items, &mut trust)?;
    let told = [
        trouble,
        settings.greeting.take(),
        git::keep_out(place),
        absent::line(place),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    settings.greeting = (!told.is_empty()).then(|| told.join("; "));
    if foreground {
        return in_one_process(place, settings);
    }
    super::runtime()?.block_on(async {
        let mut settings = settings;
        loop {
            let client = attach_or_start(place).await?;
            match console(client, settings.clone()).await? {
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

fn in_one_process(place: &Place, settings: Settings) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        make_folder(place)?;
        let room = Room::start(place).await?;
        let client = Client::local(room.desk()).await?;
        let ended = console(client, settings).await;
        room.end().await?;
        match ended? {
            // A room in this process is gone with it.
            End::Reopen { .. } | End::Left | End::Dismissed => Ok(ExitCode::SUCCESS),
        }
    })
}

async fn console(client: Client, settings: Settings) -> anyhow::Result<End> {
    let mut room = Attached::new(client, now);
    // A whole console is too large to be moved about.
    let end = Box::pin(run(&mut room, settings)).await?;
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
        },
        editor: editor.split_whitespace().map(str::to_owned).collect(),
    }
}
