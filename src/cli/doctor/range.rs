//! Which versions fit a range as npm and PyPI write it: `>=18.0.0`, `^18.17 || >=20.5`, `>=3.11,<3.15`.
//!
//! Pre-releases and build marks are not told apart. What is not understood fits: the doctor does not
//! call a server broken because of an unusual range.

/// Major, minor and patch.
type Version = [u64; 3];

/// Whether a version lies in a range.
pub(super) fn fits(version: &str, range: &str) -> bool {
    let Some((version, _)) = read(version) else {
        return true;
    };
    range
        .split("||")
        .any(|all| comparators(all).iter().all(|one| meets(version, one)))
}

/// `18 - 20` of npm, both ends included, as two conditions.
fn between(all: &str) -> Option<Vec<String>> {
    let (from, to) = all.split_once(" - ")?;
    Some(vec![
        format!(">={}", from.trim()),
        format!("<={}", to.trim()),
    ])
}

/// The conditions that hold together, without the spaces that may stand after a sign.
fn comparators(all: &str) -> Vec<String> {
    if let Some(both) = between(all) {
        return both;
    }
    let mut joined: Vec<String> = Vec::new();
    for word in all.replace(',', " ").split_whitespace() {
        match joined.last_mut() {
            Some(sign) if !sign.contains(|c: char| c.is_ascii_alphanumeric() || c == '*') => {
                sign.push_str(word);
            }
            Some(_) | None => joined.push(word.to_owned()),
        }
    }
    joined
}

fn meets(version: Version, one: &str) -> bool {
    let signs = one.len() - one.trim_start_matches(['>', '<', '=', '^', '~', '!']).len();
    let (sign, bound) = one.split_at(signs);
    let Some((bound, given)) = read(bound) else {
        return true;
    };
    // `18` as a bound means all of 18.
    let same = version.iter().zip(bound).take(given).all(|(a, b)| *a == b);
    match sign {
        ">=" => version >= bound,
        ">" => version > bound && !same,
        "<" => version < bound,
        "<=" => version <= bound || same,
        "!=" => !same,
        "^" if bound[0] > 0 => version >= bound && version[0] == bound[0],
        "^" => version >= bound && version[..2] == bound[..2],
        "~" | "~=" => {
            let fixed = if given > 2 { 2 } else { 1 };
            version >= bound && version[..fixed] == bound[..fixed]
        }
        "" | "=" | "==" | "===" => same,
        _ => true,
    }
}

/// The numbers of a version, and how many of them were given.
fn read(text: &str) -> Option<(Version, usize)> {
    let text = text.trim().trim_start_matches('v');
    let mut version = [0; 3];
    let mut given = 0;
    for (place, part) in version.iter_mut().zip(text.split('.')) {
        let digits: &str = part
            .find(|c: char| !c.is_ascii_digit())
            .map_or(part, |end| &part[..end]);
        let Ok(number) = digits.parse() else {
            break;
        };
        *place = number;
        given += 1;
    }
    (given > 0).then_some((version, given))
}

/// Whether a version is later than another; what cannot be read is not.
pub(super) fn is_later(version: &str, than: &str) -> bool {
    match (read(version), read(than)) {
        (Some((version, _)), Some((than, _))) => version > than,
        (Some(_) | None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, is_later};

    #[test]
    fn ranges_of_npm_and_pypi() {
        for (version, range, fit) in [
            ("v18.19.1", ">=18.0.0", true),
            ("v16.20.0", ">=18.0.0", false),
            ("20.4.0", "^18.17.0 || >=20.5.0", false),
            ("18.20.0", "^18.17.0 || >=20.5.0", true),
            ("22.1.0", "^18.17.0 || >=20.5.0", true),
            ("19.0.0", "^18.17.0", false),
            ("0.3.9", "^0.3.1", true),
            ("0.4.0", "^0.3.1", false),
            ("18.1.0", ">= 18", true),
            ("18.1.0", "18", true),
            ("18.1.0", "> 18", false),
            ("20.0.0", "18.x", false),
            ("18.9.0", "18.x", true),
            ("3.12", ">=3.11,<3.15", true),
            ("3.15.0", ">=3.11,<3.15", false),
            ("3.10", ">=3.11,<3.15", false),
            ("3.12.4", "~=3.12.1", true),
            ("3.13.0", "~=3.12.1", false),
            ("3.11.2", "!=3.11.2", false),
            ("19.2.0", "18 - 20", true),
            ("20.9.0", "18 - 20", true),
            ("17.9.0", "18.1.0 - 20.2.0", false),
            ("20.3.0", "18.1.0 - 20.2.0", false),
            ("22.0.0", "16.x || 18 - 20 || 22", true),
            ("whatever", ">=1", true),
            ("1.0.0", "latest", true),
            ("1.0.0", "*", true),
        ] {
            assert_eq!(fits(version, range), fit, "{version} in {range}");
        }
        assert!(is_later("0.154.0", "0.153.999"));
        assert!(!is_later("0.153.4", "0.153.4"));
        assert!(!is_later("?", "0.153.4"));
    }
}
