//! `synod init`: finds what is on this machine and writes a commented synod.toml of what is chosen.
//!
//! Nothing that it finds is started or taken over before a yes to the exact command.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::{Place, confirm, git};
use crate::config::discover::{Discovery, Found, FoundIn, NOTHING, Role, Versions, discover};
use crate::config::{Choice, Loaded, PROJECT_FILE, Trust, render};

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take everything that can be used, and confirm it
    #[arg(long)]
    yes: bool,
}

/// Finds, asks, writes, confirms.
pub(super) fn init(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let done = set_up(place, args)?;
    // Without a file there is nothing yet that git could take for part of the project.
    if place.project.root.join(PROJECT_FILE).exists()
        && let Some(line) = git::keep_out(place)
    {
        writeln!(std::io::stderr(), "{line}")?;
    }
    Ok(done)
}

fn set_up(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let file = place.project.root.join(PROJECT_FILE);
    if file.exists() {
        writeln!(
            std::io::stderr(),
            "{} is there already; it is left as it is.",
            file.display()
        )?;
        return confirm_file(place, args);
    }
    let found = look(place, args)?;
    tell(&found)?;
    if !args.yes && !confirm::is_interactive() {
        writeln!(
            std::io::stderr(),
            "\nNothing was written: run `synod init` in a terminal, or with --yes."
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let choices = choose(&found, args)?;
    if choices
        .iter()
        .all(|choice| matches!(choice, Choice::Mention(_)))
    {
        writeln!(
            std::io::stderr(),
            "\nNothing to write. `synod` opens a rehearsal room until there is a model."
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    write(&file, &render(&choices))?;
    writeln!(
        std::io::stderr(),
        "\n{} is written. `synod` opens the room.",
        file.display()
    )?;
    // What was chosen one by one is confirmed; nothing else is in the file.
    let loaded = load(place)?;
    let mut trust = confirm::load(&place.env);
    for item in confirm::unconfirmed(&loaded, &place.project.root, &trust) {
        trust.confirm(&item)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn load(place: &Place) -> anyhow::Result<Loaded> {
    Ok(crate::config::load(
        &place.env,
        &place.project.root,
        &place.overrides,
    )?)
}

fn confirm_file(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = load(place)?;
    let mut trust: Trust = confirm::load(&place.env);
    let items = confirm::unconfirmed(&loaded, &place.project.root, &trust);
    if args.yes {
        for item in &items {
            trust.confirm(item)?;
        }
    } else if !confirm::ask(&items, &mut trust)? {
        return Ok(ExitCode::FAILURE);
    }
    writeln!(std::io::stderr(), "Everything in it is confirmed.")?;
    Ok(ExitCode::SUCCESS)
}

/// Looks without starting anything, then, with leave, at the versions of the programs found.
fn look(place: &Place, args: &Args) -> anyhow::Result<Discovery> {
    let runtime = super::runtime()?;
    let root = &place.project.root;
    let found = runtime.block_on(discover(&place.env, root, Versions::Leave));
    let programs: Vec<String> = found
        .found
        .iter()
        // Tool servers have no version that matters, and some would begin to serve.
        .filter(|one| !matches!(one.role, Role::Tools(_)))
        .filter_map(|one| match &one.origin {
            FoundIn::Program(path) => Some(format!("{} --version", path.display())),
            FoundIn::Endpoint(_) | FoundIn::File(_) => None,
        })
        .collect();
    if programs.is_empty() {
        return Ok(found);
    }
    let question = format!(
        "Which adapter fits depends on versions. Run these?\n  {}\n",
        programs.join("\n  ")
    );
    if args.yes || (confirm::is_interactive() && confirm::yes(&question)?) {
        return Ok(runtime.block_on(discover(&place.env, root, Versions::Ask)));
    }
    Ok(found)
}

fn tell(discovery: &Discovery) -> std::io::Result<()> {
    let mut stderr = std::io::stderr().lock();
    if discovery.found.is_empty() {
        writeln!(stderr, "{NOTHING}")?;
    } else {
        writeln!(stderr, "Found:")?;
    }
    for one in &discovery.found {
        writeln!(stderr, "  {one}")?;
    }
    for one in &discovery.broken {
        writeln!(stderr, "  could not be read: {one}")?;
    }
    Ok(())
}

fn choose(discovery: &Discovery, args: &Args) -> anyhow::Result<Vec<Choice>> {
    let mut choices = Vec::new();
    for one in &discovery.found {
        let wanted = match one.role {
            Role::NotYet => true,
            Role::Member(_) | Role::Tools(_) | Role::Hub => {
                args.yes || confirm::yes(&question(one))?
            }
        };
        if wanted {
            choices.push(Choice::of(one));
        }
    }
    Ok(choices)
}

fn question(found: &Found) -> String {
    let part = match found.role {
        Role::Member(_) => "a member",
        Role::Tools(_) => "a tool server",
        Role::Hub => "the shared memory",
        Role::NotYet => "a note",
    };
    format!("\n{found}\nTake it in as {part}?")
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    out.write_all(text.as_bytes())
        .with_context(|| format!("{} cannot be written", file.display()))
}
