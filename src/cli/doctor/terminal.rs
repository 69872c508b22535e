//! What the terminal of the command can do: colours, size, letters, keys.

use std::io::IsTerminal;

use crate::config::EnvSource;
use crate::core::{Aspect, Check};
use crate::ui::theme::Depth;

/// What can be known of a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terminal {
    /// `TERM`.
    name: Option<String>,
    /// How many colours the console takes it to show.
    depth: Depth,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set.
    locale: Option<String>,
    /// Columns and rows.
    size: Option<(u16, u16)>,
    /// Whether it tells all keys apart; `None` when it did not say.
    all_keys: Option<bool>,
}

impl Terminal {
    /// The terminal of this process; `None` where there is none. Asks it a question about its keys
    /// and waits 2 s at most for the answer.
    pub(super) fn of_process(env: &EnvSource) -> Option<Self> {
        if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
            return None;
        }
        let own = |name: &str| env.get(name).map(str::to_owned);
        let dumb = env.get("TERM").is_none_or(|name| name == "dumb");
        Some(Self {
            name: own("TERM"),
            depth: Depth::of(env, env.get("NO_COLOR").is_none()),
            locale: own("LC_ALL")
                .or_else(|| own("LC_CTYPE"))
                .or_else(|| own("LANG")),
            size: crossterm::terminal::size().ok(),
            all_keys: if dumb {
                None
            } else {
                crossterm::terminal::supports_keyboard_enhancement().ok()
            },
        })
    }

    /// What follows for the console.
    pub(super) fn checks(&self) -> Vec<Check> {
        vec![
            self.of_colours(),
            self.of_size(),
            self.of_letters(),
            self.of_keys(),
        ]
    }

    fn of_colours(&self) -> Check {
        const SET: &str = "set TERM to what your terminal is, for instance xterm-256color";
        let Some(name) = self.name.as_deref() else {
            return Check::failed(Aspect::Colours, "TERM is not set", SET);
        };
        if name == "dumb" {
            return Check::failed(Aspect::Colours, "it calls itself dumb", SET);
        }
        let how = match self.depth {
            Depth::None => "none, as NO_COLOR is set; states are told by sign and word",
            Depth::TrueColor => "all",
            Depth::Palette256 => "256",
            Depth::Ansi16 => "16 at least",
        };
        Check::ok(Aspect::Colours, format!("{name}: {how}"))
    }

    fn of_size(&self) -> Check {
        match self.size {
            None => Check::failed(
                Aspect::Size,
                "it does not tell its size",
                "run synod in another terminal",
            ),
            Some((columns, rows)) if columns < 60 || rows < 16 => Check::warning(
                Aspect::Size,
                format!("{columns} × {rows}"),
                "make it larger: the console needs 60 × 16; 100 × 30 shows everything",
            ),
            Some((columns, rows)) => Check::ok(Aspect::Size, format!("{columns} × {rows}")),
        }
    }

    fn of_letters(&self) -> Check {
        let locale = self.locale.as_deref().unwrap_or("not set");
        let lower = locale.to_lowercase();
        if lower.contains("utf-8") || lower.contains("utf8") {
            Check::ok(Aspect::Unicode, format!("locale {locale}"))
        } else {
            Check::warning(
                Aspect::Unicode,
                format!("locale {locale}: frames and signs may come out as other letters"),
                "set LANG to a UTF-8 locale, for instance C.UTF-8",
            )
        }
    }

    fn of_keys(&self) -> Check {
        let detail = match self.all_keys {
            Some(true) => "tells all keys apart",
            Some(false) | None => "the usual keys; Alt-Enter or Ctrl-J breaks a line",
        };
        Check::ok(Aspect::Keyboard, detail)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Terminal;
    use crate::core::CheckState::{Failed, Ok, Warning};
    use crate::ui::theme::Depth;

    fn good() -> Terminal {
        Terminal {
            name: Some("xterm-256color".to_owned()),
            depth: Depth::TrueColor,
            locale: Some("C.UTF-8".to_owned()),
            size: Some((100, 30)),
            all_keys: Some(true),
        }
    }

    fn states(terminal: &Terminal) -> Vec<crate::core::CheckState> {
        terminal.checks().iter().map(|check| check.state).collect()
    }

    #[test]
    fn a_terminal_of_today_and_one_of_yesterday() {
        assert_eq!(states(&good()), [Ok, Ok, Ok, Ok]);
        let poor = Terminal {
            name: Some("dumb".to_owned()),
            locale: Some("POSIX".to_owned()),
            size: Some((59, 30)),
            all_keys: None,
            ..good()
        };
        assert_eq!(states(&poor), [Failed, Warning, Warning, Ok]);
        let none = Terminal {
            name: None,
            size: None,
            ..good()
        };
        assert_eq!(states(&none), [Failed, Failed, Ok, Ok]);
    }

    #[test]
    fn colours_are_named() {
        let detail = |terminal: &Terminal| terminal.checks()[0].detail.clone();
        assert_eq!(detail(&good()), "xterm-256color: all");
        let fewer = Terminal {
            depth: Depth::Palette256,
            ..good()
        };
        assert_eq!(detail(&fewer), "xterm-256color: 256");
        let none = Terminal {
            depth: Depth::None,
            ..good()
        };
        assert!(detail(&none).starts_with("xterm-256color: none"));
    }
}
