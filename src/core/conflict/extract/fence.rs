//! Code in fences.

/// The longest program that is compared, in bytes.
const PROGRAM_MAX: usize = 128 * 1024;

/// All fenced code of a text as one program, and what the first fence calls it. Fences that are only
/// output or a call of a shell come with the rest: they were written as part of the answer.
#[must_use]
pub fn program(text: &str) -> Option<(String, Option<String>)> {
    let found = fences(text);
    let (_, language) = found.first()?.clone();
    let bodies: Vec<&str> = found.iter().map(|(body, _)| *body).collect();
    let whole = bodies.join("\n");
    (!whole.trim().is_empty() && whole.len() <= PROGRAM_MAX).then_some((whole, language))
}

/// The diff of a text, fenced or bare.
#[must_use]
pub fn diff(text: &str) -> Option<(String, Option<String>)> {
    if !text.contains("@@ -") {
        return None;
    }
    let fenced: Vec<&str> = fences(text)
        .into_iter()
        .filter(|(body, _)| body.contains("@@ -"))
        .map(|(body, _)| body)
        .collect();
    let whole = if fenced.is_empty() {
        text.to_owned()
    } else {
        fenced.join("\n")
    };
    let is_diff = whole.len() <= PROGRAM_MAX && whole.lines().any(|line| line.starts_with("@@ -"));
    is_diff.then(|| (whole, Some("diff".to_owned())))
}

/// Bodies of fences, with what they are called.
fn fences(text: &str) -> Vec<(&str, Option<String>)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Option<String>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(info) = bare.strip_prefix("```") {
            match open.take() {
                None => {
                    let name = info.trim();
                    let name = (!name.is_empty()).then(|| name.to_ascii_lowercase());
                    open = Some((at + line.len(), name));
                }
                Some((from, name)) => found.push((text.get(from..at).unwrap_or_default(), name)),
            }
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{diff, program};

    #[test]
    fn fenced_code_is_one_program() {
        let text = "First\n```python\na = 1\n```\nthen\n```\nb = 2\n```\n";
        assert_eq!(
            program(text),
            Some(("a = 1\n\nb = 2\n".to_owned(), Some("python".to_owned())))
        );
        assert_eq!(program("none"), None);
        assert_eq!(program("```\nopen"), None);
    }

    #[test]
    fn a_diff_is_found_fenced_or_bare() {
        let bare = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(diff(bare).map(|(text, _)| text), Some(bare.to_owned()));
        assert_eq!(
            diff(&format!("So:\n```diff\n{bare}```\n")).map(|(text, _)| text),
            Some(bare.to_owned())
        );
        assert_eq!(diff("it says `@@ -1 +1 @@` there"), None);
    }
}
