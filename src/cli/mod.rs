//! The command line: one file a subcommand.
//!
//! Owns the words of the command line, the wiring of the layers below, and how an error is told. It
//! holds no logic of its own beyond that.

mod absent;
mod advice;
mod backtest;
mod config;
mod confirm;
mod detect;
mod doctor;
mod git;
mod init;
mod journal;
mod keys;
mod kind;
mod lesson;
mod mcp;
mod metrics;
mod open;
mod project;
mod records;
mod replayed;
mod room;
mod run;
#[cfg(feature = "screenshots")]
mod screenshot;
mod session;
mod show;
mod start;
mod stop;
mod task;
mod telling;
mod themes;
mod verify;
mod welcome;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::project::Project;
use crate::config::{EnvSource, Overrides};
use crate::ui::text::clean;

/// Exit code: what was asked for could not be done.
const FAILED: u8 = 1;

/// Exit code: the command line asks for what there cannot be.
const USAGE: u8 = 2;

/// A terminal control room where several AI models work one task queue.
#[derive(Debug, Parser)]
#[command(name = "synod", version, about, long_about = None)]
struct Cli {
    /// Keep the room in this process; it ends with the console
    #[arg(long)]
    foreground: bool,
    /// Draw on the main screen, so that what stands there stays in the scroll-back
    #[arg(long)]
    no_alt_screen: bool,
    /// Lines of text instead of a screen: for screen readers, braille displays and plain terminals
    #[arg(long)]
    linear: bool,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    word: Option<Word>,
}

/// Options of every subcommand, under a heading of their own.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
struct Common {
    /// The project's folder; the nearest one above with a room, a synod.toml or a .git otherwise
    #[arg(long, global = true, value_name = "FOLDER")]
    project: Option<PathBuf>,
    /// Shared memory: serena or builtin
    #[arg(long, global = true, value_parser = hub)]
    hub: Option<crate::config::Hub>,
    /// Theme by name, or the path of a theme file
    #[arg(long, global = true)]
    theme: Option<String>,
    /// Draw with ASCII only, also where the locale and the terminal promise more
    #[arg(long, global = true)]
    ascii: bool,
}

#[derive(Debug, Subcommand)]
enum Word {
    #[command(flatten)]
    OfProject(OfProject),
    #[command(flatten)]
    Alone(Alone),
}

/// What is done in a project.
#[derive(Debug, Subcommand)]
enum OfProject {
    /// Work one task without a screen and print its result
    Run(run::Args),
    /// Find models and servers on this machine and write a synod.toml
    Init(init::Args),
    /// Check what works, and tell how to mend the rest
    Doctor(doctor::Args),
    /// Print, follow or search what has happened
    Journal(journal::Args),
    /// Print a task with all its answers and its result, whole, from the journal
    Show(show::Args),
    /// Count the decisions of the room anew, from the journal alone, and tell what does not add up
    Verify(verify::Args),
    /// Show figures of members and kinds of tasks: how much, how well, how fast, at what price
    Metrics(metrics::Args),
    /// Show what the room recommends, with its figures; apply it, leave it or take it back
    Advice(advice::Args),
    /// List the sessions of the room, show and set what one can be set to, or write one as Markdown
    #[command(subcommand)]
    Session(session::Word),
    /// Give a task that has not begun another text, or another place in the queue
    #[command(subcommand)]
    Task(task::Word),
    /// Say of what kind a task is; the room learns from it
    Kind(kind::Args),
    /// Show what the room has learned, and say what holds
    #[command(subcommand)]
    Lesson(lesson::Word),
    /// Have a document of the shared memory told to each call of a task, or of all tasks
    Pin(lesson::PinArgs),
    /// Have a pinned document told no more
    Unpin(lesson::PinArgs),
    /// Show every setting and the layer it comes from
    Config(config::Args),
    /// List the themes, or show the roles of one in their colours
    Themes(themes::Args),
    /// Stop the room of this project; work in flight is taken up at the next start
    Stop,
    /// Draw each screen of a seeded rehearsal to SVG and PNG, and a tour of it
    #[cfg(feature = "screenshots")]
    Screenshot(screenshot::Args),
    /// The room process; started by the others when it is needed
    #[command(hide = true)]
    Room(room::Args),
}

/// What belongs to no project.
#[derive(Debug, Subcommand)]
enum Alone {
    /// Tell where recorded answers agree and where they do not, and how well that is told
    Detect(detect::Args),
    /// Show which keys do what; they are changed in keys.toml, beside config.toml
    Keys(keys::Args),
    /// Replay recorded outcomes, or the room's journal, under policies and voting rules
    Backtest(backtest::Args),
    /// The MCP servers that come with Synod, on stdin and stdout
    #[command(subcommand)]
    Mcp(mcp::Server),
}

fn hub(word: &str) -> Result<crate::config::Hub, String> {
    crate::config::Hub::from_word(word).ok_or_else(|| "use serena or builtin".to_owned())
}

/// Parses the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(code) => code,
        // `synod journal | head` is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Each cause adds its own sentence; one line is easier to search for than many.
            let mut stderr = std::io::stderr().lock();
            // A file of somebody else's may be quoted in it.
            let words = format!("{error:#}");
            drop(writeln!(stderr, "synod: {}", clean(&words)));
            ExitCode::from(if error.is::<Misused>() { USAGE } else { FAILED })
        }
    }
}

/// What was asked for cannot be, whatever the room does.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misused(String);

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let env = EnvSource::of_process();
    let word = match cli.word {
        Some(Word::Alone(Alone::Detect(args))) => return detect::detect(&args),
        Some(Word::Alone(Alone::Backtest(args))) => {
            let project = || Project::find(cli.common.project.as_deref(), &env);
            return backtest::backtest(&args, project);
        }
        Some(Word::Alone(Alone::Keys(args))) => return keys::keys(&args, &env),
        Some(Word::Alone(Alone::Mcp(server))) => {
            return mcp::serve(server, cli.common.project.as_deref(), &env);
        }
        Some(Word::OfProject(word)) => Some(word),
        None => None,
    };
    let overrides = Overrides {
        hub: cli.common.hub,
        theme: cli.common.theme,
        ascii: cli.common.ascii,
        no_alt_screen: cli.no_alt_screen,
        linear: cli.linear,
        ..Overrides::default()
    };
    let project = Project::find(cli.common.project.as_deref(), &env)?;
    let place = Place {
        env,
        overrides,
        project,
    };
    match word {
        None => open::open(&place, cli.foreground),
        Some(OfProject::Journal(args)) => journal::journal(&place, &args),
        Some(OfProject::Show(args)) => show::show(&place, &args),
        Some(OfProject::Verify(args)) => verify::verify(&place, &args),
        Some(OfProject::Metrics(args)) => metrics::metrics(&place, &args),
        Some(OfProject::Advice(args)) => advice::advice(&place, &args),
        Some(OfProject::Session(word)) => session::session(&place, &word),
        Some(OfProject::Task(word)) => task::task(&place, word),
        Some(OfProject::Kind(args)) => kind::kind(&place, &args),
        Some(OfProject::Lesson(word)) => lesson::lesson(&place, word),
        Some(OfProject::Pin(args)) => lesson::pin(&place, args),
        Some(OfProject::Unpin(args)) => lesson::unpin(&place, args),
        Some(OfProject::Run(args)) => run::run(&place, &args),
        Some(OfProject::Init(args)) => init::init(&place, &args),
        Some(OfProject::Doctor(args)) => doctor::doctor(&place, &args),
        Some(OfProject::Room(args)) => room::run(&place, &args),
        Some(OfProject::Themes(args)) => themes::themes(&place, &args),
        Some(OfProject::Config(args)) => config::show(&place, &args),
        #[cfg(feature = "screenshots")]
        Some(OfProject::Screenshot(args)) => screenshot::draw(&place, &args),
        Some(OfProject::Stop) => stop::stop(&place),
    }
}

/// Where and under which settings a subcommand works.
#[derive(Debug, Clone)]
struct Place {
    env: EnvSource,
    overrides: Overrides,
    project: Project,
}

/// A runtime for a console or a short command: one thread is enough.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::action::TABLE;

    #[test]
    fn the_commands_of_the_actions_are_commands() {
        let samples = [
            ("{task}", "41"),
            ("{waiting}", "41"),
            ("{above}", "40"),
            ("{below}", "42"),
            ("{kind}", "review"),
            ("{session}", "s3"),
            ("{conflict}", "7"),
            ("{lesson}", "L7"),
            ("{document}", "notes/style"),
            ("{advice}", "kinds/codex/code"),
            ("{dispute}", "a3"),
            ("{filter}", "kind:task"),
            ("{without}", "-by:room"),
        ];
        let commands: Vec<&str> = TABLE.iter().flat_map(|it| it.cli).copied().collect();
        assert!(commands.len() > 20);
        for command in commands {
            let filled = samples
                .iter()
                .fold(command.to_owned(), |text, (word, with)| {
                    text.replace(word, with)
                });
            let words = filled.split_whitespace();
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("{filled}: {error}");
            }
        }
    }
}
