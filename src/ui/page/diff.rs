//! A unified diff with what came and what went in their roles.

use super::{Page, PageLine};
use crate::ui::theme::Role;

/// Appends a diff.
pub(crate) fn push(page: &mut Page, diff: &str) {
    for text in diff.lines() {
        let role = match text.chars().next() {
            Some('+') => Role::Ok,
            Some('-') => Role::Error,
            Some('@') => Role::Muted,
            Some(_) | None => Role::Text,
        };
        let mut line = PageLine::after("  ");
        line.push(text, role);
        page.push(line);
    }
}
