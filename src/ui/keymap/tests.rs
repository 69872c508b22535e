//! What is built in has no conflict, what a file says holds, and each mistake in it is told with its line.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::ui::action::Screen;

fn chord(text: &str) -> Chord {
    text.parse().unwrap()
}

fn file(text: &str) -> Keymap {
    Keymap::parse(text, "keys.toml").unwrap()
}

fn wrong(text: &str) -> String {
    Keymap::parse(text, "keys.toml").unwrap_err().to_string()
}

/// What a key does.
fn does(keymap: &Keymap, context: Context, key: &str) -> Meaning {
    keymap.meaning(context, None, chord(key))
}

/// What two keys do.
fn then(keymap: &Keymap, context: Context, first: &str, second: &str) -> Meaning {
    keymap.meaning(context, Some(chord(first)), chord(second))
}

#[test]
fn each_built_in_key_means_one_thing_in_a_place() {
    for entry in TABLE {
        for key in entry.keys {
            assert!(key.parse::<Chord>().is_ok(), "{key} of {}", entry.name);
        }
    }
    let Keymap { bindings } = Keymap::default();
    for (i, one) in bindings.iter().enumerate() {
        let rest = &bindings[i + 1..];
        let twice = rest
            .iter()
            .find(|it| (it.context, it.keys) == (one.context, one.keys));
        assert_eq!(twice, None, "{one:?}");
    }
}

#[test]
fn the_same_key_means_other_things_elsewhere() {
    let keymap = Keymap::default();
    let quit = Meaning::Does(Action::Quit);
    assert_eq!(does(&keymap, Context::List, "q"), quit);
    assert_eq!(does(&keymap, Context::Composer, "q"), Meaning::Nothing);
    assert_eq!(does(&keymap, Context::Composer, "ctrl-q"), quit);
    let choose = Meaning::Does(Action::Choose(2));
    assert_eq!(does(&keymap, Context::Choice, "2"), choose);
    let sessions = Meaning::Does(Action::Go(Screen::Sessions));
    assert_eq!(does(&keymap, Context::List, "2"), sessions);
}

#[test]
fn a_file_binds_unbinds_and_leaves_the_rest() {
    let keymap = file("[lists]\n\"Q\" = \"quit\"\nq = \"none\"\nz = \"expert\"");
    assert_eq!(
        does(&keymap, Context::List, "Q"),
        Meaning::Does(Action::Quit)
    );
    assert_eq!(does(&keymap, Context::List, "q"), Meaning::Nothing);
    assert_eq!(
        does(&keymap, Context::Pane, "q"),
        Meaning::Does(Action::Quit)
    );
    let expert = Action::Conflict(Dealing::AskExpert);
    assert_eq!(does(&keymap, Context::List, "z"), Meaning::Does(expert));
    assert_eq!(keymap.labels(expert, Context::List), ["z", "x"]);
    assert_eq!(keymap.labels(Action::Zoom, Context::List), [""; 0]);
    assert_eq!(file(""), Keymap::default());
}

#[test]
fn everywhere_is_where_the_action_works_unless_a_section_says_otherwise() {
    let keymap = file("[everywhere]\nQ = \"quit\"\nz = \"none\"\n[texts]\nQ = \"zoom\"");
    assert_eq!(
        does(&keymap, Context::List, "Q"),
        Meaning::Does(Action::Quit)
    );
    assert_eq!(
        does(&keymap, Context::Pane, "Q"),
        Meaning::Does(Action::Zoom)
    );
    assert_eq!(does(&keymap, Context::Composer, "Q"), Meaning::Nothing);
    assert_eq!(does(&keymap, Context::Pane, "z"), Meaning::Nothing);
}

#[test]
fn approvals_are_never_a_key_of_the_composer() {
    let keymap = file("[everywhere]\n\"ctrl-a\" = \"allow\"");
    assert_eq!(does(&keymap, Context::Composer, "ctrl-a"), Meaning::Nothing);
    assert_eq!(
        does(&keymap, Context::List, "ctrl-a"),
        Meaning::Does(Action::Allow)
    );
    assert!(wrong("[composer]\n\"ctrl-a\" = \"allow\"").contains("does nothing in [composer]"));
}

#[test]
fn two_keys_one_after_the_other() {
    let keymap = file(
        "[lists]\ng = \"none\"\n\"g g\" = \"top\"\n\"g e\" = \"bottom\"\n[composer]\n\"ctrl-x s\" = \"send\"",
    );
    assert_eq!(does(&keymap, Context::List, "g"), Meaning::Begins);
    assert_eq!(
        then(&keymap, Context::List, "g", "g"),
        Meaning::Does(Action::Top)
    );
    assert_eq!(then(&keymap, Context::List, "g", "x"), Meaning::Nothing);
    assert_eq!(
        does(&keymap, Context::Pane, "g"),
        Meaning::Does(Action::Top)
    );
    assert_eq!(
        then(&keymap, Context::Composer, "ctrl-x", "s"),
        Meaning::Does(Action::Send)
    );
    let follow: Vec<_> = keymap.followers(Context::List, chord("g")).collect();
    assert_eq!(
        follow,
        [(chord("g"), Action::Top), (chord("e"), Action::Bottom)]
    );
    assert_eq!(keymap.labels(Action::Top, Context::List), ["Home", "g g"]);
}

#[test]
fn a_sentence_names_the_key_that_works_there() {
    let keymap = Keymap::default();
    assert_eq!(keymap.name(Action::Quit, Context::List), "q");
    assert_eq!(keymap.name(Action::Quit, Context::Composer), "Ctrl-Q");
    let keymap = file("[lists]\nq = \"none\"\n\"ctrl-q\" = \"none\"");
    assert_eq!(keymap.name(Action::Quit, Context::List), ":quit");
}

#[test]
fn a_file_that_is_no_toml() {
    assert!(wrong("[lists]\nq = \"quit").starts_with("keys.toml:2: this is not valid TOML: "));
    assert!(
        wrong("[lists]\nq = \"quit\"\nq = \"zoom\"")
            .starts_with("keys.toml:3: this is not valid TOML: ")
    );
}

#[test]
fn a_section_that_there_is_not() {
    assert_eq!(
        wrong("\n[list]\nq = \"quit\""),
        "keys.toml:2: there is no section `list` (did you mean `lists`?); the sections are [everywhere], \
         [composer], [lists], [texts], [answers], [dialogs], [inputs], [editor] and [past]"
    );
    assert!(
        wrong("q = \"quit\"")
            .starts_with("keys.toml:1: `q` stands in no section; the sections are ")
    );
    for context in Context::ALL {
        assert!(wrong("q = \"quit\"").contains(context.title()));
    }
}

#[test]
fn an_action_that_there_is_not() {
    assert_eq!(
        wrong("[lists]\nx = \"quitt\""),
        "keys.toml:2: there is no action `quitt` (did you mean `quit`?); `synod keys` lists them, and \"none\" \
         unbinds"
    );
    assert_eq!(
        wrong("[lists]\nx = [\"quit\"]"),
        "keys.toml:2: `x` must be the name of an action in quotes, or \"none\""
    );
}

#[test]
fn an_action_that_does_nothing_there() {
    assert_eq!(
        wrong("[editor]\n\"ctrl-x\" = \"zoom\""),
        "keys.toml:2: `zoom` does nothing in [editor]; it can stand in [lists], [texts], or in [everywhere]"
    );
}

#[test]
fn a_key_that_there_is_not() {
    assert_eq!(
        wrong("[lists]\n\"hyper-x\" = \"zoom\""),
        "keys.toml:2: `hyper-x` is not a key; write for instance q, G, ctrl-p, alt-enter, shift-tab, f1 or space"
    );
    assert_eq!(
        wrong("[lists]\n\"a b c\" = \"zoom\""),
        "keys.toml:2: `a b c` is not one key or two with a space between them, as in `g g`"
    );
    assert_eq!(
        wrong("[lists]\n\"X esc\" = \"zoom\""),
        "keys.toml:2: `X esc` cannot end with esc, which takes the first key back; end it with another key"
    );
}

#[test]
fn a_letter_where_text_is_typed() {
    assert_eq!(
        wrong("[composer]\ns = \"send\""),
        "keys.toml:2: `s` is typed as text in [composer]; begin with another key, for instance ctrl-x, alt-x or f2"
    );
    assert!(wrong("[inputs]\n\"g g\" = \"up\"").contains("`g g` is typed as text in [inputs]"));
    assert!(wrong("[everywhere]\ns = \"save\"").contains("`s` is typed as text in [editor]"));
}

#[test]
fn one_key_for_two_things() {
    assert_eq!(
        wrong("[lists]\nX = \"zoom\"\n\"shift-x\" = \"expert\""),
        "keys.toml:3: `X` has a meaning on line 2 already; give one of them another key"
    );
}

#[test]
fn two_keys_whose_first_is_taken() {
    assert_eq!(
        wrong("[lists]\n\"g g\" = \"top\""),
        "keys.toml:2: `g` means `top` in [lists], so nothing can follow it: unbind it with \"g\" = \"none\", or \
         begin `g g` with another key"
    );
}

#[test]
fn a_place_without_a_way_out() {
    assert_eq!(
        wrong("[dialogs]\nq = \"back\"\nesc = \"up\"\n[inputs]\nesc = \"none\""),
        "keys.toml:5: `back` has no key in [inputs] any more; give it another one there"
    );
}

#[test]
fn all_mistakes_are_told_at_once_and_the_first_in_brief() {
    let error = Keymap::parse("[lists]\nx = \"quitt\"\ny = 1", "/home/me/keys.toml").unwrap_err();
    let each = error.each();
    assert_eq!(each.len(), 2);
    assert!(each[1].starts_with("/home/me/keys.toml:3: `y` must be"));
    assert_eq!(error.to_string(), each.join("\n"));
    assert!(
        error
            .brief()
            .starts_with("keys.toml:2: there is no action `quitt`")
    );
    assert!(error.brief().ends_with("(and 1 more)"));
}

#[test]
fn the_file_to_begin_with_says_what_is_built_in() {
    let text = commented();
    assert_eq!(file(&text), Keymap::default());
    // With every line of it in force it says the same again.
    let said = text.lines().map(|line| {
        line.strip_prefix("# \"")
            .map_or(line.to_owned(), |it| format!("\"{it}"))
    });
    let said: Vec<String> = said.collect();
    let keymap = file(&said.join("\n"));
    assert_eq!(keymap.bindings.len(), Keymap::default().bindings.len());
    for own in &keymap.bindings {
        assert!(own.line.is_some(), "{own:?}");
        let built_in = Keymap::default()
            .binding(own.context, own.keys)
            .map(|it| it.action);
        assert_eq!(built_in, Some(own.action));
    }
}

#[test]
fn what_is_printed_says_where_a_key_was_set() {
    let text = printed(&file("[lists]\nX = \"zoom\""), "keys.toml");
    let lists = text
        .split("\n\n")
        .find(|it| it.starts_with("[lists]"))
        .unwrap();
    let line = lists.lines().find(|it| it.starts_with("X ")).unwrap();
    assert!(
        line.ends_with("Show the focused pane alone (keys.toml:2)"),
        "{line}"
    );
    assert!(
        lists
            .lines()
            .any(|it| it.starts_with("z ") && it.ends_with("alone"))
    );
}

#[test]
fn hints_come_from_the_table() {
    let keymap = Keymap::default();
    let hints: Vec<_> = keymap
        .hints(Context::Composer)
        .map(|(k, w, _)| format!("{k} {w}"))
        .collect();
    assert_eq!(
        hints,
        [
            "Enter send",
            "Alt-Enter new line",
            "Esc back",
            "Ctrl-P palette",
            "F1 keys"
        ]
    );
}

const SAMPLE: &str =
    "[lists]\ng = \"none\"\n\"g g\" = \"top\"\n[everywhere]\n\"ctrl-x\" = \"zoom\"\n";

proptest! {
    #[test]
    fn no_file_makes_it_panic(at in 0..SAMPLE.len(), cut in 0..40_usize, put in "\\PC{0,12}") {
        let end = (at + cut).min(SAMPLE.len());
        let text = format!("{}{put}{}", &SAMPLE[..at], &SAMPLE[end..]);
        let lines = text.lines().count() + 1;
        if let Err(KeymapError::Faulty { problems, .. }) = Keymap::parse(&text, "f") {
            for problem in problems {
                prop_assert!((1..=lines).contains(&problem.line), "{problem:?}");
            }
        }
    }
}
