//! Telling an operator who looks elsewhere that something waits: by which means a terminal is told, and
//! the bytes that do it. What is worth telling is decided in `update`.

use crate::ui::text;

/// Columns of a notification at most; desktops cut longer ones off anyway.
const LONGEST: usize = 120;

/// By which means a terminal tells its user something while another window has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Means {
    /// OSC 9: a notification of the desktop.
    Osc9,
    /// The bell, which terminals and multiplexers mark at the tab.
    Bell,
    /// None: it is not told.
    #[default]
    Off,
}

impl Means {
    /// What the terminal of this environment is known to take. A multiplexer passes no notification
    /// on unless it is told to, and shows a bell at once.
    #[must_use]
    pub fn of<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        const KNOWN: [&str; 5] = ["iTerm.app", "WezTerm", "ghostty", "WarpTerminal", "rio"];
        if variable("TMUX").is_some() || variable("STY").is_some() {
            return Self::Bell;
        }
        let program = variable("TERM_PROGRAM").unwrap_or("");
        let term = variable("TERM").unwrap_or("");
        let is_known = KNOWN.contains(&program)
            || ["xterm-kitty", "xterm-ghostty", "foot"]
                .iter()
                .any(|name| term.starts_with(name));
        if is_known { Self::Osc9 } else { Self::Bell }
    }

    /// The bytes that tell a terminal. Whatever could end the sequence early is taken out of the text.
    #[must_use]
    pub fn sequence(self, text: &str) -> String {
        match self {
            Self::Osc9 => {
                let line = text::line(text);
                format!("\u{1b}]9;{}\u{7}", text::clip(&line, LONGEST))
            }
            Self::Bell => "\u{7}".to_owned(),
            Self::Off => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(variables: &[(&str, &'static str)]) -> Means {
        Means::of(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        })
    }

    #[test]
    fn terminals_are_told_as_they_are_known_to_take_it() {
        assert_eq!(means(&[("TERM_PROGRAM", "ghostty")]), Means::Osc9);
        assert_eq!(means(&[("TERM", "xterm-kitty")]), Means::Osc9);
        assert_eq!(means(&[("TERM", "xterm-256color")]), Means::Bell);
        assert_eq!(means(&[]), Means::Bell);
        let within_tmux = [
            ("TERM_PROGRAM", "ghostty"),
            ("TMUX", "/tmp/tmux-0/default,1,0"),
        ];
        assert_eq!(means(&within_tmux), Means::Bell);
    }

    #[test]
    fn no_text_gets_out_of_its_sequence() {
        let told = Means::Osc9.sequence("run \u{7}\u{1b}]52;c;aGk=\u{7} it\u{9c}\nnow");
        let inside = told
            .strip_prefix("\u{1b}]9;")
            .unwrap()
            .strip_suffix('\u{7}')
            .unwrap();
        assert!(!inside.contains(char::is_control), "{inside:?}");
        assert!(inside.starts_with("run "), "{inside}");
        assert_eq!(Means::Bell.sequence("anything"), "\u{7}");
        assert_eq!(Means::Off.sequence("anything"), "");
        assert!(Means::Osc9.sequence(&"x".repeat(5_000)).len() < 200);
    }
}
