//! The figures of one server, and how they are shown: aligned, a server a line, as they come.

use std::time::Duration;

/// The columns; all times in milliseconds.
pub(crate) const HEAD: &str = "\
server                        start p50    max  1st sign  1st text     whole      bare     ours  ours/bare    cancel     MiB";
/// What the columns mean.
pub(crate) const FOOT: &str = "\
ms; start: the order to connect until it can be called, the rest medians of calls; 1st sign, 1st text: \
`=` where nothing comes before the whole answer; ours: whole less bare, the same call by rmcp alone; \
cancel: until the model API has seen the client leave; MiB: all of its processes after the calls";

/// One call as the room makes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    /// Until anything could be shown, if that came before the answer.
    pub(crate) sign: Option<Duration>,
    /// Until some text of the answer could be shown, if that came before the whole of it.
    pub(crate) text: Option<Duration>,
    pub(crate) whole: Duration,
}

/// All that was measured of one server.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) starts: Vec<Duration>,
    pub(crate) ours: Vec<Took>,
    pub(crate) bare: Vec<Duration>,
    pub(crate) cancels: Vec<Duration>,
    /// In bytes.
    pub(crate) memory: Vec<u64>,
}

impl Row {
    pub(crate) fn line(&self, name: &str) -> String {
        let start = median(self.starts.iter().copied());
        let most = self.starts.iter().max().copied().map(ms);
        let sign = median(self.ours.iter().filter_map(|took| took.sign));
        let text = median(self.ours.iter().filter_map(|took| took.text));
        let whole = median(self.ours.iter().map(|took| took.whole));
        let bare = median(self.bare.iter().copied());
        let cancel = median(self.cancels.iter().copied());
        let memory = middle(self.memory.clone());
        let memory = memory.filter(|bytes| *bytes > 0);
        let memory = memory.map_or_else(|| "–".to_owned(), |bytes| format!("{}", bytes >> 20));
        let both = whole.zip(bare);
        let show = |time: Option<f64>, none: &str| match time {
            Some(time) => format!("{time:.1}"),
            None => none.to_owned(),
        };
        let ratio = both.map(|(whole, bare)| whole / bare);
        let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.3}"));
        format!(
            "{name:<28} {:>10} {:>6} {:>9} {:>9} {:>9} {:>9} {:>8} {ratio:>10} {:>9} {memory:>7}",
            show(start, "–"),
            show(most, "–"),
            show(sign, "="),
            show(text, "="),
            show(whole, "–"),
            show(bare, "–"),
            show(both.map(|(whole, bare)| whole - bare), "–"),
            show(cancel, "–"),
        )
    }
}

/// The row of a server without figures.
pub(crate) fn without(name: &str, why: &str) -> String {
    format!("{name:<28} {why}")
}

fn median(of: impl Iterator<Item = Duration>) -> Option<f64> {
    middle(of.collect()).map(ms)
}

fn middle<T: Ord + Copy>(mut all: Vec<T>) -> Option<T> {
    all.sort();
    all.get(all.len() / 2).copied()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
