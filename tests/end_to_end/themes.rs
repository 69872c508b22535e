//! Themes: those that there are, the user's own, one that is broken, and the one that goes by the ground of the
//! terminal.

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

const COMPOSER: &str = "Ask the room";

/// A console in a terminal that answers before it is asked, with keys around it: nothing waits for time.
fn answering(home: &Home, bytes: &str) -> Screen {
    let mut console = Screen::open(home, &[]);
    console.press(bytes);
    console
}

#[test]
fn the_theme_goes_by_the_ground_and_no_key_is_lost() {
    let home = Home::new();
    for (answer, ground) in [
        (
            "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
            vt100::Color::Rgb(0x14, 0x18, 0x1f),
        ),
        (
            "\x1b]11;rgb:ffff/ffff/ffff\x07",
            vt100::Color::Rgb(0xfb, 0xfa, 0xf7),
        ),
        ("\x1b]11;whatever\x07", vt100::Color::Default),
    ] {
        let console = answering(&home, &format!("before{answer}after"));
        let screen = console.wait_for("beforeafter");
        assert!(!screen.contains("11;"), "{screen}");
        assert_eq!(console.ground(), ground, "{answer:?}");
        console.quit();
    }
}

#[test]
fn an_answer_that_never_comes_or_late_changes_nothing() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for(COMPOSER);
    assert_eq!(console.ground(), vt100::Color::Default);
    console.press("one\x1b]11;rgb:ffff/ffff/ffff\x1b\\two");
    let screen = console.wait_for("onetwo");
    assert!(!screen.contains("rgb"), "{screen}");
    assert_eq!(console.ground(), vt100::Color::Default);
    console.quit();
}

#[test]
fn a_terminal_of_few_colours_or_with_a_theme_named_is_not_asked() {
    let home = Home::new();
    let few = [("TERM", "xterm"), ("COLORTERM", "")];
    for mut console in [
        Screen::with_env(&home, &[], &few),
        Screen::with_env(&home, &[], &[("NO_COLOR", "1")]),
        Screen::open(&home, &["--theme", "nord"]),
    ] {
        console.wait_for(COMPOSER);
        console.leave_composer();
        console.press("q");
        let (code, bytes) = console.wait_end();
        assert_eq!(code, 0);
        assert!(!bytes.contains("\x1b]11;?"));
    }
}
