//! `synod themes`: which themes there are, and what each looks like.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::cli::Place;
use crate::config::Console;
use crate::ui::console::Grounds;
use crate::ui::text::line;
use crate::ui::theme::{DEFAULT, Depth, Listed, Origin, Role, Theme, Themes, is_path, printed};

/// The theme that goes by the ground of the terminal.
const AUTO: &str = "auto";

/// What that is on a dark ground, and on a light one.
const DARK: &str = "synod-dark";
const LIGHT: &str = "synod-light";

/// What is wanted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The theme whose roles are shown in their colours; without it all themes are listed
    name: Option<String>,
}

/// Lists all themes, or shows one.
pub(super) fn themes(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = crate::config::load(&place.env, &place.project.root, &place.overrides)?;
    let ui = &loaded.config.ui;
    let mut out = io::stdout().lock();
    match &args.name {
        None => {
            let (themes, in_use) = known(place, ui, &ui.theme);
            if ui.theme == AUTO {
                writeln!(
                    out,
                    "{AUTO} is in use: {DARK} where the terminal says that its ground is dark, {LIGHT} where it \
                     is light, {DEFAULT} where it does not say\n"
                )?;
            }
            let in_use = if ui.theme == AUTO { AUTO } else { &in_use };
            write!(out, "{}", list(&themes.list(), in_use))?;
        }
        Some(name) => {
            let (themes, name) = known(place, ui, name);
            let theme = themes.find(&name)?;
            write!(out, "{}", shown(&theme, out.is_terminal()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The themes that there are in this terminal, and the name of the one that was asked for by its name or
/// by the path of its file.
pub(super) fn known(place: &Place, ui: &Console, asked: &str) -> (Themes, String) {
    let folder = place.env.config_dir().map(|it| it.join("themes"));
    let mut themes = Themes::read(folder.as_deref(), Depth::of(&place.env, ui.color));
    let name = match asked {
        AUTO | "default" => DEFAULT.to_owned(),
        path if is_path(path) => themes.take_in(Path::new(path)),
        name => name.to_owned(),
    };
    (themes, name)
}

/// What the console wears on a dark and on a light ground, where it shall go by that. A terminal of few
/// colours keeps its own.
pub(super) fn by_ground(place: &Place, ui: &Console, themes: &Themes) -> Option<Grounds> {
    let many = Depth::of(&place.env, ui.color) >= Depth::Palette256;
    (many && ui.theme == AUTO).then(|| Grounds {
        dark: themes.find_or_other(DARK).0,
        light: themes.find_or_other(LIGHT).0,
    })
}

/// One line a theme; the one in use is marked.
fn list(listed: &[Listed], in_use: &str) -> String {
    let name = |it: &Listed| line(&it.name).into_owned();
    let about = |it: &Listed| match &it.about {
        Ok(about) => line(about).into_owned(),
        Err(error) => line(&format!("cannot be used: {error}")).into_owned(),
    };
    let widest = |of: &dyn Fn(&Listed) -> String| {
        let usable = listed.iter().filter(|it| it.about.is_ok());
        usable.map(|it| of(it).chars().count()).max().unwrap_or(0)
    };
    let (names, abouts) = (widest(&name), widest(&about));
    let mut lines = String::new();
    for it in listed {
        let mark = if it.name == in_use { '*' } else { ' ' };
        let origin = match &it.origin {
            Origin::Shipped => "built in".to_owned(),
            Origin::Own { file, instead } => {
                let instead = if *instead {
                    ", before the built-in one"
                } else {
                    ""
                };
                format!("{}{instead}", line(file))
            }
        };
        let row = format!(
            "{mark} {:names$}  {:abouts$}  {origin}\n",
            name(it),
            about(it)
        );
        lines.push_str(&row);
    }
    lines
}

/// The roles of a theme, one a line, each in its style on the ground and on a selected row.
fn shown(theme: &Theme, in_colours: bool) -> String {
    const SAMPLE: &str = " three members agree ";
    let mut lines = format!("{}: {}\n", line(theme.name()), line(theme.about()));
    for role in Role::ALL {
        let style = theme.on_ground(role);
        let row = if in_colours {
            let selected = printed(style.patch(theme.selection()), SAMPLE);
            let plain = printed(style, SAMPLE);
            format!("{:14}{plain}{selected}\n", role.name())
        } else {
            format!("{:14}{}\n", role.name(), theme.described(role))
        };
        lines.push_str(&row);
    }
    lines
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::ui::theme::ThemeError;

    #[test]
    fn the_list_marks_the_one_in_use_and_says_where_each_comes_from() {
        let of = |name: &str, about: Result<&str, ThemeError>, origin| Listed {
            name: name.to_owned(),
            about: about.map(str::to_owned),
            origin,
        };
        let own = |instead| Origin::Own {
            file: "/home/me/nord.toml".to_owned(),
            instead,
        };
        let broken = ThemeError::Unreadable {
            file: "x.toml".to_owned(),
            why: "it is a pipe\u{1b}[31m".to_owned(),
        };
        let listed = [
            of("ansi", Ok("sixteen"), Origin::Shipped),
            of("nord", Ok("mine"), own(true)),
            of("x", Err(broken), own(false)),
        ];
        assert_eq!(
            list(&listed, "nord"),
            "  ansi  sixteen  built in\n\
             * nord  mine     /home/me/nord.toml, before the built-in one\n  \
               x     cannot be used: theme x.toml cannot be read: it is a pipe  /home/me/nord.toml\n"
        );
    }

    #[test]
    fn a_theme_is_shown_in_its_colours_or_in_words() {
        let theme = Theme::find("synod-dark").unwrap();
        let coloured = shown(&theme, true);
        assert!(coloured.contains("38;2;92;200;191"), "{coloured}");
        let words = shown(&theme, false);
        assert!(!words.contains('\u{1b}'), "{words}");
        assert!(
            words.contains("\naccent        #5cc8bf on #14181f\n"),
            "{words}"
        );
        assert!(
            words.contains("\ntitle         #eef2f7 on #14181f, bold\n"),
            "{words}"
        );
    }
}
