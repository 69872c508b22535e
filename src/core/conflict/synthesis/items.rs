//! Takes a list in Markdown apart into its items, and what stands around them.

use std::collections::BTreeSet;

/// The longest paragraph around a list that only leads to it or away from it, in bytes.
const FRAMING_MAX: usize = 80;

/// A list taken apart. All lines of the text but blank ones and rules are in it once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// The items, in order.
    pub(super) items: Vec<Item>,
    /// Paragraphs around it that say something.
    pub(super) remarks: Vec<String>,
    /// Titles and paragraphs that only lead to it or away from it.
    pub(super) framing: Vec<String>,
}

/// An item without its mark; what is indented below it belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The title that it stands under.
    pub(super) under: Option<String>,
    pub(super) text: String,
}

/// How an item begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bullet,
    Number,
    /// A number in a title or in bold: what comes below need not be indented.
    Title,
}

/// A line that begins an item.
#[derive(Debug, Clone, Copy)]
struct Start<'a> {
    mark: Mark,
    indent: usize,
    /// Where its words begin.
    offset: usize,
    words: &'a str,
}

/// Takes a text apart; `None` where it is no list: fewer than two items, or more loose lines between
/// them than items.
pub(super) fn list(text: &str) -> Option<List> {
    let lines = lines(text);
    let first = lines.iter().find_map(|line| line.start)?;
    let begins = |start: &Start<'_>| start.mark == first.mark && start.indent <= first.indent + 1;
    let mut found = List::default();
    let (mut under, mut titles): (Option<String>, Vec<String>) = (None, Vec::new());
    // The body of the open item, or the paragraphs before the first one.
    let mut open: Option<(Start<'_>, Vec<&str>)> = None;
    let mut around: Vec<&str> = Vec::new();
    let mut ended: Vec<Ended<'_>> = Vec::new();
    let mut loose = 0;
    let mut before_blank = true;
    for line in &lines {
        if let Some(start) = line.start.filter(begins) {
            let last = open.replace((start, Vec::new()));
            ended.extend(last.map(|open| Ended::new(open, under.as_ref(), false)));
            around.push("");
        } else if let Some(title) = line.title {
            let last = open.take();
            ended.extend(last.map(|open| Ended::new(open, under.as_ref(), true)));
            under = Some(title.to_owned());
            titles.push(title.to_owned());
            // What stands before an item or a title is no part of the paragraph behind it.
            around.push("");
        } else if let Some((start, body)) = &mut open {
            if !before_blank && line.is_loose(*start) {
                loose += 1;
            }
            body.push(line.text);
        } else {
            around.push(line.text);
        }
        before_blank = line.text.trim().is_empty();
    }
    ended.extend(open.map(|open| Ended::new(open, under.as_ref(), true)));
    if ended.len() < 2 || (first.mark != Mark::Title && loose > ended.len()) {
        return None;
    }
    let has_loose = ended
        .iter()
        .any(|it| !it.is_last && it.loose_from().is_some());
    let used = |title: &String| ended.iter().any(|it| it.under.as_ref() == Some(title));
    let used: BTreeSet<String> = titles.iter().filter(|it| used(it)).cloned().collect();
    // A title over all is that of the text and says nothing of an item.
    let telling = used.len() > 1 || ended.iter().any(|it| it.under.is_none());
    titles.retain(|title| !telling || !used.contains(title));
    found.framing = titles;
    around.push("");
    for it in ended {
        let from = it.loose_from().filter(|_| it.is_last && !has_loose);
        let (body, rest) = it.body.split_at(from.unwrap_or(it.body.len()));
        around.extend(rest);
        around.push("");
        found.items.push(Item {
            text: it.text(body),
            under: it.under.filter(|_| telling),
        });
    }
    for paragraph in paragraphs(&around) {
        if paragraph.len() <= FRAMING_MAX || paragraph.ends_with([':', '：']) {
            found.framing.push(paragraph);
        } else {
            found.remarks.push(paragraph);
        }
    }
    Some(found)
}

/// An item whose end was found.
struct Ended<'a> {
    start: Start<'a>,
    body: Vec<&'a str>,
    under: Option<String>,
    /// Whether it is the last one of the text or under its title.
    is_last: bool,
}

impl<'a> Ended<'a> {
    fn new(
        (start, body): (Start<'a>, Vec<&'a str>),
        under: Option<&String>,
        is_last: bool,
    ) -> Self {
        Self {
            start,
            body,
            under: under.cloned(),
            is_last,
        }
    }

    /// The first line behind a blank one that is not indented: a paragraph that may end the list.
    fn loose_from(&self) -> Option<usize> {
        if self.start.mark == Mark::Title {
            return None;
        }
        let mut blank = false;
        self.body.iter().position(|line| {
            let bare = line.trim();
            let is_loose = blank && !bare.is_empty() && indent(line) <= self.start.indent;
            blank = bare.is_empty();
            is_loose && start(line).is_none()
        })
    }

    fn text(&self, body: &[&str]) -> String {
        let words = self.start.words;
        // The mark stood inside the bold words.
        let halved = self.start.mark == Mark::Title && words.matches("**").count() % 2 == 1;
        let mut text = format!("{}{words}", if halved { "**" } else { "" });
        for line in body {
            let cut = indent(line).min(self.start.offset);
            text.push('\n');
            text.push_str(line.get(cut..).unwrap_or(line).trim_end());
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// A line with what it can begin. Inside code it begins nothing.
struct Line<'a> {
    text: &'a str,
    start: Option<Start<'a>>,
    title: Option<&'a str>,
    code: bool,
}

impl Line<'_> {
    /// Whether it goes on below an item and is neither indented nor marked.
    fn is_loose(&self, item: Start<'_>) -> bool {
        let blank = self.text.trim().is_empty();
        !blank && !self.code && self.start.is_none() && indent(self.text) <= item.indent
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut code = false;
    let each = text.lines().map(|text| {
        let bare = text.trim_start();
        let fence = bare.starts_with("```") || bare.starts_with("~~~");
        code ^= fence;
        let plain = !code && !fence;
        let rule = plain && is_rule(bare);
        Line {
            text: if rule { "" } else { text },
            start: start(text).filter(|_| plain),
            title: title(text).filter(|_| plain && start(text).is_none()),
            code: !plain,
        }
    });
    each.collect()
}

/// `---`, `* * *`: a line of signs alone.
fn is_rule(bare: &str) -> bool {
    bare.len() >= 3 && bare.chars().all(|c| matches!(c, '-' | '*' | '_' | ' '))
}

fn title(line: &str) -> Option<&str> {
    let bare = line.trim();
    let words = bare.trim_start_matches('#');
    let is_title = words.len() < bare.len() && words.starts_with(' ');
    is_title.then(|| words.trim().trim_end_matches([':', '#', ' ']))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn start(line: &str) -> Option<Start<'_>> {
    let indent = indent(line);
    let bare = line.get(indent..)?;
    let found = |mark, words: &str| {
        let words = words.trim();
        let offset = line.trim_end().len() - words.len();
        words
            .contains(char::is_alphanumeric)
            .then_some((mark, offset))
    };
    let bullet = ["- ", "* ", "+ ", "• ", "-\t", "*\t"];
    let (mark, offset) = if let Some(words) = bullet.iter().find_map(|it| bare.strip_prefix(it)) {
        found(Mark::Bullet, words)
    } else if let Some(words) = numbered(bare) {
        found(Mark::Number, words)
    } else if let Some(words) = bare.strip_prefix('#') {
        let words = words.trim_start_matches('#').trim_start();
        found(Mark::Title, numbered(words.trim_start_matches("**"))?)
    } else {
        found(Mark::Title, numbered(bare.strip_prefix("**")?)?)
    }?;
    Some(Start {
        mark,
        indent,
        offset,
        words: line.get(offset..)?.trim(),
    })
}

/// What comes behind `1. ` or `12) `.
fn numbered(bare: &str) -> Option<&str> {
    let words = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = bare.len() - words.len();
    let words = words.strip_prefix(['.', ')'])?;
    ((1..=3).contains(&digits) && words.starts_with([' ', '\t'])).then_some(words)
}

fn paragraphs(lines: &[&str]) -> Vec<String> {
    let blank = |line: &&str| line.trim().is_empty();
    lines
        .split(blank)
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join("\n").trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::list;

    fn items(text: &str) -> Vec<String> {
        let found = list(text).map(|list| list.items).unwrap_or_default();
        found.into_iter().map(|item| item.text).collect()
    }

    #[test]
    fn items_are_found_however_they_are_marked() {
        for text in [
            "- one\n- two",
            "Here are two:\n\n* one\n* two\n\nEnjoy!",
            "1. one\n2. two",
            " 9) one\n10) two",
            "• one\n\n---\n\n• two",
            "### 1. one\n### 2. two",
            "  - one\n  - two\n",
        ] {
            assert_eq!(items(text), ["one", "two"], "{text}");
        }
        assert_eq!(
            items("**1. One**\nmore\n\n**2. Two**\nless"),
            ["**One**\nmore", "**Two**\nless"]
        );
    }

    #[test]
    fn what_is_below_an_item_belongs_to_it() {
        assert_eq!(
            items("1. one\n   - detail\n\n   more\n2. two\n```\n3. code\n```"),
            ["one\n- detail\n\nmore", "two\n```\n3. code\n```"]
        );
        assert_eq!(
            items("1. one\n\nAbout one.\n\n2. two\n\nAbout two."),
            ["one\n\nAbout one.", "two\n\nAbout two."]
        );
    }

    #[test]
    fn what_stands_around_a_list_is_kept_apart() {
        let long = "The second one is by far the cheapest of all of them, as long as the room is let \
                    for a whole year at once.";
        let found = list(&format!(
            "# Plans\nThese came to mind:\n- one\n\n## Cheap\n- two\n- three\n\n{long}"
        ));
        let found = found.unwrap();
        let under: Vec<Option<&str>> = found.items.iter().map(|it| it.under.as_deref()).collect();
        assert_eq!(under, [Some("Plans"), Some("Cheap"), Some("Cheap")]);
        assert_eq!(found.framing, ["These came to mind:"]);
        let one = list("# Plans\n- one\n- two").unwrap();
        assert_eq!(one.framing, ["Plans"]);
        assert!(one.items.iter().all(|it| it.under.is_none()));
        assert_eq!(found.remarks, [long]);
    }

    #[test]
    fn prose_is_no_list() {
        for text in [
            "",
            "One line.",
            "- only one",
            "```\n- a\n- b\n```",
            "A poem\n- Who goes there?\nthe wind said\nand the night\nand the rain\n- Me.\nit went",
            "* * *\n- - -",
            "3.5 is a number\n4.5 is too",
        ] {
            assert_eq!(list(text), None, "{text}");
        }
    }
}
