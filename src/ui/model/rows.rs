//! Which rows a list has, which of them pass its filter, and which is selected.

use crate::core::memory::DocumentInfo;
use crate::core::{
    Attention, AttentionId, Contest, Event, Lesson, LessonId, Recorded, State, Task, TaskId,
    Timestamp, Urgency, by_urgency,
};
use crate::ui::action::{Action, Context, Dealing};
use crate::ui::advice;
use crate::ui::metrics::Row;
use crate::ui::model::{Cursor, Keys, Model, Pane};
use crate::ui::status::{self, Seat, seats};
use crate::ui::telling::tell_recorded;
use crate::ui::theme::Role;
use crate::ui::votes::{dispute, veil};

impl Model {
    fn passes(&self, pane: Pane, haystack: impl FnOnce() -> String) -> bool {
        let needle = self.lists.needle(pane);
        needle.is_none_or(|needle| haystack().to_lowercase().contains(&needle))
    }

    /// Everybody who passes the filter.
    pub(crate) fn seats<'s>(&self, state: &'s State) -> Vec<Seat<'s>> {
        let mut all = seats(state, self.lists.archived);
        all.retain(|seat| {
            self.passes(Pane::Sessions, || {
                let task = seat.task(state).map(|t| t.order().prompt.headline());
                let title = seat.session.map_or("", crate::core::Session::title);
                let name = &seat.member.spec().name;
                format!("{name} {title} {}", task.unwrap_or_default())
            })
        });
        all
    }

    /// Tasks that several members answered, the open choices first.
    pub(crate) fn compared<'s>(&self, state: &'s State) -> Vec<&'s Task> {
        let compared = self.lineup.compared().iter();
        compared
            .filter_map(|place| state.task(place.task()))
            .filter(|task| self.passes(Pane::Votes, || task.order().prompt.headline().to_owned()))
            .collect()
    }

    /// Texts of the shared memory that contradict each other, oldest first: conflicts that no vote settles.
    pub(crate) fn disputes<'s>(&self, state: &'s State) -> Vec<&'s Attention> {
        let disputes = state.attention().filter(|item| {
            let word = dispute::word(item);
            word.is_some_and(|word| {
                self.passes(Pane::Votes, || {
                    format!("{word} {}", dispute::name(item, state))
                })
            })
        });
        disputes.collect()
    }

    /// What waits for the operator: as it was last put in order, then what came since.
    pub(crate) fn inbox<'s>(&self, state: &'s State) -> Vec<&'s Attention> {
        let passes = |item: &&'s Attention| {
            self.passes(Pane::Inbox, || {
                let (sort, line) = status::attention(item, state);
                format!("{sort} {} {line}", status::asker(item, state))
            })
        };
        let urgent = &self.lists.urgent;
        let ranked = urgent
            .iter()
            .filter_map(|one| state.attention_item(one.item));
        let is_new = |item: &&Attention| urgent.iter().all(|one| one.item != item.id);
        let new = state.attention().filter(is_new);
        ranked.chain(new).filter(passes).collect()
    }

    /// Puts the inbox in order. The selected row stays the selected one; when it is settled the one that
    /// takes its place is, but not below a layer, which is about the one that was.
    pub(crate) fn rank_inbox(&mut self, state: &State, now: Timestamp) {
        let keys = self.keys(Pane::Inbox, state);
        let selected = self.place(Pane::Inbox, &keys).and_then(|at| keys.get(at));
        let selected = selected.filter(|_| self.overlays.is_empty());
        self.lists.urgent = by_urgency(state, now);
        if let Some(key) = selected {
            let keys = self.keys(Pane::Inbox, state);
            let at = keys.position(key).unwrap_or_default();
            self.select(Pane::Inbox, self.cursor(Pane::Inbox, &keys, at));
        }
    }

    /// Whether what was last shown as selected in the inbox is settled by now.
    pub(crate) fn has_lost_its_item(&self, state: &State) -> bool {
        let cursor = self.lists.cursors.get(&Pane::Inbox);
        let shown = cursor.and_then(|cursor| cursor.key).map(AttentionId);
        let is_gone = shown.is_some_and(|id| state.attention_item(id).is_none());
        self.list() == Pane::Inbox && is_gone
    }

    /// How urgent an item was when the inbox was last put in order.
    pub(crate) fn urgency(&self, item: AttentionId) -> Option<&Urgency> {
        self.lists.urgent.iter().find(|one| one.item == item)
    }

    /// The marked items that are in the list at hand and still open.
    pub(crate) fn marked_items(&self, state: &State) -> Vec<AttentionId> {
        if self.list() != Pane::Inbox || self.lists.marked_items.is_empty() {
            return Vec::new();
        }
        let shown = self.inbox(state).into_iter().map(|item| item.id);
        shown
            .filter(|id| self.lists.marked_items.contains(id))
            .collect()
    }

    /// Documents that pass the filter, by name.
    pub(crate) fn documents(&self) -> Vec<&DocumentInfo> {
        self.beside
            .hub
            .documents
            .iter()
            .filter(|d| self.passes(Pane::Memory, || d.name.clone()))
            .collect()
    }

    /// Lessons that pass the filter, newest first.
    pub(crate) fn lessons<'s>(&self, state: &'s State) -> Vec<&'s Lesson> {
        let passes = |lesson: &&Lesson| {
            self.passes(Pane::Lessons, || {
                let (draft, word) = (lesson.draft(), lesson.standing().word());
                let (subject, claim) = (&draft.subject, &draft.claim);
                let id = lesson.id();
                format!(
                    "{id} {word} {} {subject} {claim} {}",
                    draft.topic, draft.author
                )
            })
        };
        state.lessons().rev().filter(passes).collect()
    }

    /// An event in words, without what a blind vote hides.
    pub(crate) fn told(&self, recorded: &Recorded, state: &State) -> (&'static str, String, Role) {
        if let Event::InquiryAnswered { task, .. } = &recorded.event
            && self.votes.veils_event(state, &recorded.event).is_some()
        {
            let key = self.reveals();
            let words = format!("{task} {}; {key} on it shows it", veil::HIDDEN);
            return ("vote", words, Role::Muted);
        }
        tell_recorded(recorded)
    }

    /// What to press in a pane to see what a blind vote hides.
    pub(crate) fn reveals(&self) -> String {
        let reveal = Action::Conflict(Dealing::Reveal);
        self.setup.keymap.name(reveal, Context::List)
    }

    /// The conflict in whose hidden vote the selected row tells what a member gave.
    pub(crate) fn veiled<'s>(&self, state: &'s State) -> Option<&'s Contest> {
        match self.list() {
            Pane::Queue => self.votes.veils(state, self.task(state)?.id()),
            Pane::Sessions => self.votes.veils_session(state, self.seat(state)?.session?),
            Pane::Journal => {
                let recorded = self.recorded(self.selected(Pane::Journal, state)?)?;
                self.votes.veils_event(state, &recorded.event)
            }
            Pane::Transcript
            | Pane::Memory
            | Pane::Library
            | Pane::Reader
            | Pane::Lessons
            | Pane::Votes
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Advice
            | Pane::Figures
            | Pane::Detail => None,
        }
    }

    /// Members with their figures that pass the filter, sorted.
    pub(crate) fn figures(&self) -> Vec<&Row> {
        let rows = self.metrics.rows().iter();
        rows.filter(|row| self.passes(Pane::Metrics, || row.name().to_owned()))
            .collect()
    }

    /// The selected member, or all members together, with its figures.
    pub(crate) fn measured(&self, state: &State) -> Option<&Row> {
        self.metrics.row(self.selected(Pane::Metrics, state)?)
    }

    /// What is recommended and what was applied of it, as far as it passes the filter.
    pub(crate) fn advice<'s>(&self, state: &'s State) -> Vec<advice::Row<'s>> {
        let passes = |row: &advice::Row<'s>| {
            self.passes(Pane::Advice, || {
                format!("{} {}", row.about().sort().word(), row.line())
            })
        };
        advice::rows(state.advice()).filter(passes).collect()
    }

    /// The selected one of these.
    pub(crate) fn recommended<'s>(&self, state: &'s State) -> Option<advice::Row<'s>> {
        let key = self.selected(Pane::Advice, state)?;
        advice::rows(state.advice()).find(|row| row.key() == key)
    }

    /// Events that pass the filter, oldest first; in the past none that came later.
    pub(crate) fn events(&self, state: &State) -> Vec<&Recorded> {
        let until = state.seq();
        if !self.sieve.filters() {
            let all = self.log.events();
            return all.take_while(|it| it.seq <= until).collect();
        }
        let found = self.sieve.events().take_while(|it| it.seq <= until);
        found.filter(|it| self.may_show(it, state)).collect()
    }

    /// Whether an event that was found passes by the words that it is shown with: the room knows what a blind vote
    /// hides.
    fn may_show(&self, recorded: &Recorded, state: &State) -> bool {
        if !matches!(recorded.event, Event::InquiryAnswered { .. }) {
            return true;
        }
        let (kind, told, _) = self.told(recorded, state);
        let filter = self.sieve.filter();
        filter.is_none_or(|filter| filter.says(kind, &told))
    }

    /// An event of the Journal screen, if it is at hand.
    pub(crate) fn recorded(&self, seq: u64) -> Option<&Recorded> {
        self.sieve.at(seq).or_else(|| self.log.at(seq))
    }

    /// Whether new events come into the Journal screen.
    pub(crate) fn hears(&self) -> bool {
        if self.sieve.filters() {
            self.sieve.follows()
        } else {
            self.log.follows()
        }
    }

    /// The keys of a list's rows, top to bottom.
    pub(crate) fn keys(&self, pane: Pane, state: &State) -> Keys<'_> {
        Keys::Listed(match pane {
            Pane::Queue => return Keys::Queue(&self.lineup),
            Pane::Sessions => self.seats(state).iter().map(|s| s.key).collect(),
            Pane::Votes => {
                let disputes = self.disputes(state);
                let keys = disputes.iter().map(|it| dispute::key(it.id));
                keys.chain(self.compared(state).iter().map(|t| t.id().0))
                    .collect()
            }
            Pane::Inbox => self.inbox(state).iter().map(|a| a.id.0).collect(),
            Pane::Journal => self.events(state).iter().map(|r| r.seq).collect(),
            Pane::Memory => (0..self.documents().len() as u64).collect(),
            Pane::Lessons => self.lessons(state).iter().map(|l| l.id().0).collect(),
            Pane::Metrics => self.figures().iter().map(|row| row.key).collect(),
            Pane::Advice => self.advice(state).iter().map(|row| row.key()).collect(),
            // The library keeps its own selection.
            Pane::Library | Pane::Transcript | Pane::Detail | Pane::Reader | Pane::Figures => {
                Vec::new()
            }
        })
    }

    /// The selected place of a list.
    pub(crate) fn place(&self, pane: Pane, keys: &Keys<'_>) -> Option<usize> {
        self.lists
            .cursors
            .get(&pane)
            .copied()
            .unwrap_or_default()
            .place(keys)
    }

    /// The key of the selected row.
    pub(crate) fn selected(&self, pane: Pane, state: &State) -> Option<u64> {
        let keys = self.keys(pane, state);
        keys.get(self.place(pane, &keys)?)
    }

    /// What a cursor on a place is; [`select`](Self::select) puts it there.
    pub(crate) fn cursor(&self, pane: Pane, keys: &Keys<'_>, at: usize) -> Cursor {
        let last = pane == Pane::Journal && self.hears() && at + 1 >= keys.len();
        Cursor {
            last,
            ..Cursor::on(keys, at)
        }
    }

    /// Selects a row.
    pub(crate) fn select(&mut self, pane: Pane, cursor: Cursor) {
        self.lists.cursors.insert(pane, cursor);
    }

    /// Selects a row by its key, wherever it is.
    pub(crate) fn select_key(&mut self, pane: Pane, key: u64) {
        self.lists.cursors.insert(
            pane,
            Cursor {
                key: Some(key),
                at: 0,
                last: false,
            },
        );
    }

    /// Selects the last row, and the rows to come as they come.
    pub(crate) fn select_last(&mut self, pane: Pane) {
        self.lists.cursors.insert(pane, Cursor::FOLLOWING);
    }

    /// Where the selected row of the queue stands, if its task ends with one of these: what is next stands there
    /// then. Not while the task is being read, or below a layer.
    pub(crate) fn leaves_from(&self, events: &[Recorded]) -> Option<usize> {
        let reads = self.pane().is_some_and(Pane::is_text) || !self.overlays.is_empty();
        let key = self.lists.cursors.get(&Pane::Queue)?.key?;
        let is_end =
            |it: &Recorded| matches!(it.event, Event::TaskConcluded { task, .. } if task.0 == key);
        if reads || self.is_board() || !events.iter().any(is_end) {
            return None;
        }
        self.lineup.position(TaskId(key))
    }

    /// Selects what stands now where a task of the queue stood.
    pub(crate) fn stay_at(&mut self, at: usize, state: &State) {
        let keys = self.keys(Pane::Queue, state);
        let cursor = Cursor::on(&keys, at);
        self.select(Pane::Queue, cursor);
    }

    /// The selected seat.
    pub(crate) fn seat<'s>(&self, state: &'s State) -> Option<Seat<'s>> {
        let key = self.selected(Pane::Sessions, state)?;
        let mut all = seats(state, self.lists.archived).into_iter();
        all.find(|s| s.key == key)
    }

    /// The selected lesson.
    pub(crate) fn lesson<'s>(&self, state: &'s State) -> Option<&'s Lesson> {
        state.lesson(LessonId(self.selected(Pane::Lessons, state)?))
    }

    /// The selected task of the list at hand.
    pub(crate) fn task<'s>(&self, state: &'s State) -> Option<&'s Task> {
        let pane = self.list();
        let key = self.selected(pane, state)?;
        match pane {
            Pane::Queue | Pane::Votes => state.task(TaskId(key)),
            Pane::Sessions => self.seat(state)?.task(state),
            Pane::Transcript
            | Pane::Memory
            | Pane::Library
            | Pane::Reader
            | Pane::Lessons
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Advice
            | Pane::Figures
            | Pane::Journal
            | Pane::Detail => None,
        }
    }

    /// The conflict that the selected row of the Votes screen, or of its list in the room, is about.
    pub(crate) fn conflict<'s>(&self, state: &'s State) -> Option<&'s Contest> {
        let task = self.task(state).filter(|_| self.list() == Pane::Votes)?;
        state.contest(task.id())
    }

    /// The attention item that the selected row is about.
    pub(crate) fn asked<'s>(&self, state: &'s State) -> Option<&'s Attention> {
        match self.list() {
            Pane::Inbox => {
                let key = self.selected(Pane::Inbox, state)?;
                state.attention().find(|item| item.id.0 == key)
            }
            Pane::Votes => {
                let item = dispute::item(self.selected(Pane::Votes, state)?)?;
                state.attention_item(item)
            }
            Pane::Sessions => self.seat(state)?.asks(state),
            Pane::Queue => state.attention_item(state.plan_item(self.task(state)?.id())?),
            Pane::Transcript
            | Pane::Memory
            | Pane::Library
            | Pane::Reader
            | Pane::Lessons
            | Pane::Metrics
            | Pane::Advice
            | Pane::Figures
            | Pane::Journal
            | Pane::Detail => None,
        }
    }
}
