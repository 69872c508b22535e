//! Names that labels of records are made to fit, so that members and kinds are what they are in a room.

/// The most names that differ in nothing but a number at their end.
const ALIKE_MAX: u32 = 100_000;

/// A name for a label: the label itself where it is one, else one made of its letters and digits, with
/// a number where that is taken. `make` gives nothing for what is no name and for what is taken; `most`
/// is the longest name, in bytes. Distinct labels get distinct names.
pub(super) fn fitted<T>(label: &str, most: usize, make: impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Some(name) = make(label) {
        return Some(name);
    }
    let slug = slug(label);
    let cut = |end: usize| slug.get(..end.min(slug.len())).unwrap_or_default();
    make(cut(most)).or_else(|| {
        (2..ALIKE_MAX).find_map(|number| {
            let number = format!("-{number}");
            let front = cut(most.saturating_sub(number.len()));
            make(&format!("{front}{number}"))
        })
    })
}

/// Letters and digits of a label in small letters, everything else as hyphens; it begins with a letter.
fn slug(label: &str) -> String {
    let mut slug = String::with_capacity(label.len());
    for c in label.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(['-', '_']);
    if slug.starts_with(|first: char| first.is_ascii_lowercase()) {
        slug.to_owned()
    } else {
        format!("x-{slug}").trim_end_matches('-').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::fitted;
    use crate::core::id::MEMBER_NAME_MAX;
    use crate::core::{MemberName, TaskKind};

    fn members(labels: &[&str]) -> Vec<String> {
        let mut taken = BTreeSet::new();
        for label in labels {
            let free = |name: &str| {
                let name = MemberName::new(name).ok()?;
                (!taken.contains(&name)).then_some(name)
            };
            let name = fitted(label, MEMBER_NAME_MAX, free).unwrap();
            taken.insert(name.clone());
        }
        taken.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn labels_become_names_and_stay_distinct() {
        assert_eq!(members(&["gpt-4"]), ["gpt-4"]);
        assert_eq!(
            members(&[
                "Meta-Llama-3_1-8B",
                "Llama-3.1-405B-Inst@sambanova",
                "",
                "日本",
                "4o"
            ]),
            [
                "4o",
                "llama-3-1-405b-inst-sambanova",
                "meta-llama-3_1-8b",
                "x",
                "x-2"
            ]
        );
        let long = "A".repeat(40);
        let longer = "A".repeat(50);
        let names = members(&[&long, &longer, "a b", "a-b", "A.B"]);
        assert_eq!(names.len(), 5);
        assert!(names.iter().all(|name| name.len() <= MEMBER_NAME_MAX));
    }

    #[test]
    fn kinds_that_are_no_names_are_made_to_fit() {
        let make = |name: &str| TaskKind::stored(name).ok();
        let word = |label: &str| fitted(label, 24, make).unwrap().to_string();
        assert_eq!(word("code"), "code");
        assert_eq!(word("computer science"), "computer-science");
        assert_eq!(word("default"), "default-2");
        assert_eq!(
            word("Commonsense reasoning of the third kind"),
            "commonsense-reasoning-of"
        );
    }
}
