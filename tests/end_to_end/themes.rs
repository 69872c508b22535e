//! Themes: those that there are, the user's own, and one that is broken.

use crate::home::{Home, text};
use crate::screen::Screen;

#[test]
fn themes_are_listed_with_those_of_the_user_and_shown() {
    let home = Home::new();
    home.write_theme("mine.toml", "about = 'my own'\nextends = 'nord'\n");
    home.write_theme("nord.toml", "about = 'warmer'\nextends = 'nord'\n");
    home.write_theme("odd.toml", "\nroles.okay = 'red'\n");
    let listed = home.ok(&["themes", "--theme", "mine"]);
    let of = |name: &str| {
        let mut lines = listed.lines();
        let found = lines.find(|line| line.get(2..).is_some_and(|it| it.starts_with(name)));
        found.unwrap_or_else(|| panic!("{name} is not listed:\n{listed}"))
    };
    assert!(of("ansi ").starts_with("  ") && of("ansi ").ends_with("built in"));
    assert!(of("mine ").starts_with("* ") && of("mine ").ends_with("/synod/themes/mine.toml"));
    assert!(of("nord ").contains("warmer") && of("nord ").ends_with(", before the built-in one"));
    assert!(of("odd ").contains("odd.toml:2: `roles.okay` is not known here"));
    let shown = home.ok(&["themes", "mine"]);
    assert!(
        shown.starts_with("mine: my own\n") && !shown.contains('\u{1b}'),
        "{shown}"
    );
    let unknown = home.synod(&["themes", "mien"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("did you mean `mine`?"));
}

#[test]
fn a_broken_theme_is_said_first_and_the_console_opens_without_it() {
    let home = Home::new();
    home.write_theme("odd.toml", "\nroles.okay = 'red'\n");
    let console = Screen::open(&home, &["--theme", "odd"]);
    console.wait_for("odd cannot be used, so the theme is ansi: theme ");
    console.quit();
}
