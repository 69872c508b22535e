//! What only the console knows: which screen, which focus, where lists and texts are scrolled,
//! which overlays are open. Nothing here must survive the console.
//!
//! Rows of lists have stable keys, so a selection stays on its item while rows come and go.

mod keys;
pub(crate) mod lineup;
mod pane;
mod rows;
mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use crate::core::{
    AttentionId, HubStatus, Offerer, Offerings, Recorded, Span, State, TaskId, Timestamp, Urgency,
};
use crate::ui::action::{Action, Context, Screen, Tiling};
use crate::ui::composer::{Composer, Vocabulary};
use crate::ui::ground::Ground;
use crate::ui::hits::{Hits, Target};
use crate::ui::key::Chord;
use crate::ui::keymap::Keymap;
use crate::ui::layout::{self, Parts, Share};
use crate::ui::library::Library;
use crate::ui::line_edit::LineEdit;
use crate::ui::log::Log;
use crate::ui::metrics::Board;
pub(crate) use crate::ui::model::keys::Keys;
use crate::ui::model::lineup::Lineup;
pub use crate::ui::model::pane::{Focus, Pane};
pub(crate) use crate::ui::model::step::{Reworded, Step};
use crate::ui::overlay::Overlay;
use crate::ui::ring::Ring;
use crate::ui::room::Sight;
use crate::ui::seeking::Seek;
use crate::ui::sieve::Sieve;
use crate::ui::theme::{Role, Theme, Themes};
use crate::ui::transcript::Transcripts;
use crate::ui::travel::Travel;
use crate::ui::votes::Votes;

/// A selection in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    key: Option<u64>,
    at: usize,
    /// Follow the last row.
    last: bool,
}

impl Cursor {
    const FOLLOWING: Self = Self {
        key: None,
        at: 0,
        last: true,
    };

    /// The row at a place.
    fn on(keys: &Keys<'_>, at: usize) -> Self {
        let at = at.min(keys.len().saturating_sub(1));
        Self {
            key: keys.get(at),
            at,
            last: false,
        }
    }

    /// The selected place among the rows that there are.
    pub(crate) fn place(self, keys: &Keys<'_>) -> Option<usize> {
        let last = keys.len().checked_sub(1)?;
        if self.last {
            return Some(last);
        }
        let found = self.key.and_then(|key| keys.position(key));
        Some(found.unwrap_or(self.at.min(last)))
    }
}

/// Something to tell the operator on the last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) role: Role,
    /// When it was first on the screen.
    pub(crate) since: Option<Timestamp>,
}

impl Notice {
    /// How long it stays; what went wrong stays until a key.
    fn stays(&self) -> Option<Span> {
        let span = if self.role == Role::Warn { 12 } else { 6 };
        (self.role != Role::Error).then_some(Span::secs(span))
    }
}

/// The text at the right of a list, and what it was made from.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) of: Option<(Screen, u64, u64)>,
    pub(crate) ring: Ring,
    /// Rows above the window to go to once the width is known.
    pub(crate) above: Option<usize>,
}

/// How the Queue screen shows the tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Arrangement {
    /// In the order in which they are taken.
    #[default]
    List,
    /// By how they stand.
    Board,
}

/// Selections, filters and marks.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    cursors: BTreeMap<Pane, Cursor>,
    pub(crate) filters: BTreeMap<Pane, LineEdit>,
    pub(crate) marked: BTreeSet<TaskId>,
    /// Marked items of the inbox; some may be settled.
    pub(crate) marked_items: BTreeSet<AttentionId>,
    /// The items of the inbox as they were last shown, the most urgent first.
    pub(crate) urgent: Vec<Urgency>,
    /// Marked rows of the list of sessions; some may be gone.
    pub(crate) marked_seats: BTreeSet<u64>,
    /// Archived sessions are shown too.
    pub(crate) archived: bool,
    /// How the Sessions screen shows them.
    pub(crate) tiling: Tiling,
    /// The Memory screen shows lessons, not documents.
    pub(crate) lessons: bool,
    pub(crate) queue: Arrangement,
    /// The Metrics screen shows what is recommended, not figures.
    pub(crate) advice: bool,
}

impl Lists {
    /// For what a list is filtered, in small letters; none where it is not.
    fn needle(&self, pane: Pane) -> Option<String> {
        let typed = self.filters.get(&pane)?.text().trim().to_lowercase();
        (!typed.is_empty()).then_some(typed)
    }
}

/// The console's own state.
#[derive(Debug)]
pub struct Model {
    pub(crate) screen: Screen,
    pub(crate) focus: Focus,
    pub(crate) zoomed: bool,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) composer: Composer,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) transcripts: Transcripts,
    pub(crate) lists: Lists,
    /// All tasks in the order of the queue.
    pub(crate) lineup: Lineup,
    pub(crate) detail: Detail,
    /// The search in a text, while one is on.
    pub(crate) seek: Option<Seek>,
    /// Those in sessions beside the selected one, by their rows.
    pub(crate) seeks_beside: BTreeMap<u64, Seek>,
    pub(crate) notice: Option<Notice>,
    /// What this console did last in the queue, to be taken back.
    pub(crate) step: Option<Step>,
    /// The first of two keys, and where it was pressed.
    pub(crate) begun: Option<(Context, Chord)>,
    pub(crate) log: Log,
    /// What passes the filter of the Journal screen.
    pub(crate) sieve: Sieve,
    /// The room as it was is looked at.
    pub(crate) travel: Option<Travel>,
    /// The transcripts of now, while those of an earlier moment are shown.
    pub(crate) aside: Option<Transcripts>,
    /// The journal of now, meanwhile.
    pub(crate) log_aside: Option<Log>,
    pub(crate) beside: Beside,
    pub(crate) library: Library,
    pub(crate) votes: Votes,
    pub(crate) metrics: Board,
    pub(crate) size: Rect,
    pub(crate) setup: Setup,
    pub(crate) tie: Tie,
    pub(crate) presence: Presence,
    /// Where the edge between panes was put, if it was moved.
    pub(crate) share: Option<Share>,
    /// What stands where in the frame on the screen.
    pub(crate) hits: Hits,
    pub(crate) pointer: Pointer,
}

/// What the room told beside its state.
#[derive(Debug)]
pub(crate) struct Beside {
    /// How the shared memory stands.
    pub(crate) hub: HubStatus,
    /// What the servers offer.
    pub(crate) offerings: Offerings,
    /// How often a followed resource had been updated when it was last looked at.
    pub(crate) looked: BTreeMap<(Offerer, String), u64>,
    /// The number of the last wish.
    pub(crate) wishes: u64,
}

/// What the operator set for this console.
#[derive(Debug)]
pub(crate) struct Setup {
    /// Where the operator's clock hangs.
    pub(crate) zone: TimeZone,
    /// Which keys mean what.
    pub(crate) keymap: Keymap,
    /// How things look now.
    pub(crate) theme: Arc<Theme>,
    /// How else they can look.
    pub(crate) themes: Themes,
    /// What the terminal said of its ground.
    pub(crate) ground: Ground,
}

/// How the console hangs together with its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) host: Host,
    pub(crate) link: Link,
}

/// Whether the operator looks at this terminal, as far as it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Presence {
    /// Another window has the keys.
    pub(crate) away: bool,
    /// When something was told last.
    pub(crate) told: Option<Timestamp>,
}

/// What the mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pointer {
    /// The console has the mouse; else the terminal selects text with it.
    pub(crate) taken: bool,
    /// The edge between two panes is being dragged.
    pub(crate) drags: bool,
    /// What was clicked last, and when.
    pub(crate) last: Option<(Target, Timestamp)>,
}

/// Whether the room is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// It is.
    Up,
    /// It was told to stop; the console leaves when it has.
    Stopping,
    /// It has ended, or was killed; what is shown is how it stood then.
    Gone {
        /// When that was noticed.
        at: Timestamp,
    },
}

/// Where the room runs; decides what leaving means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Host {
    /// In a process of its own: it goes on without the console.
    #[default]
    OwnProcess,
    /// In the console's process: it ends with the console.
    ThisProcess,
}

impl Model {
    /// A console that looks at a room for the first time.
    pub(crate) fn new(sight: Sight<'_>, setup: Setup, host: Host) -> Self {
        let mut model = Self {
            screen: Screen::Room,
            focus: Focus::Composer,
            zoomed: false,
            overlays: Vec::new(),
            composer: Composer::default(),
            vocabulary: Vocabulary::default(),
            transcripts: Transcripts::default(),
            lists: Lists::default(),
            lineup: Lineup::default(),
            detail: Detail::default(),
            seek: None,
            seeks_beside: BTreeMap::new(),
            notice: None,
            step: None,
            begun: None,
            log: Log::default(),
            sieve: Sieve::default(),
            travel: None,
            aside: None,
            log_aside: None,
            beside: Beside {
                hub: sight.hub.clone(),
                offerings: Offerings::default(),
                looked: BTreeMap::new(),
                wishes: 0,
            },
            library: Library::default(),
            votes: Votes::default(),
            metrics: Board::default(),
            size: Rect::new(0, 0, 80, 24),
            setup,
            tie: Tie {
                host,
                link: Link::Up,
            },
            presence: Presence::default(),
            share: None,
            hits: Hits::default(),
            pointer: Pointer::default(),
        };
        model.select_last(Pane::Journal);
        model.reset(sight);
        model
    }

    /// The state was replaced: build anew what is derived from it.
    pub fn reset(&mut self, sight: Sight<'_>) {
        self.transcripts.reset(sight.state, sight.live, sight.now);
        self.beside.hub.clone_from(sight.hub);
        self.detail.of = None;
        self.lineup.forget();
        self.look_up(sight.state);
    }

    /// Takes up what happened to the tasks, and what passes the filter. To be called before rows are looked
    /// at; it costs nothing where nothing changed.
    pub(crate) fn follow(&mut self, state: &State) {
        let needle = self.lists.needle(Pane::Queue).unwrap_or_default();
        if self.lineup.follow(state, &needle) {
            self.unmark_forgotten(state);
        }
    }

    /// These happened, and the state has them.
    pub(crate) fn heard(&mut self, events: &[Recorded], state: &State) {
        if self.lineup.heard(events, state) {
            self.unmark_forgotten(state);
        }
    }

    fn unmark_forgotten(&mut self, state: &State) {
        if self.travel.is_some() {
            return;
        }
        let marked = &mut self.lists.marked;
        marked.retain(|id| state.task(*id).is_some());
    }

    /// Learns the names that the composer may use.
    pub(crate) fn look_up(&mut self, state: &State) {
        self.vocabulary = Vocabulary::of(state);
    }

    /// Whether the room has ended: what is shown is how it stood then.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.tie.link, Link::Gone { .. })
    }

    /// The time that is shown: that of the end where the room has ended.
    pub(crate) fn time_shown(&self, now: Timestamp) -> Timestamp {
        match self.tie.link {
            // Whoever looks at an earlier moment gives that one's time.
            Link::Gone { at } if self.travel.is_none() => at,
            Link::Gone { .. } | Link::Up | Link::Stopping => now,
        }
    }

    /// The parts of a frame.
    pub(crate) fn parts(&self, area: Rect) -> Parts {
        let lines = match self.travel {
            Some(_) => 1,
            None => self.composer.rows(area.width.saturating_sub(4)),
        };
        layout::parts(area, lines)
    }

    /// The part of the screen where panes are.
    pub(crate) fn body(&self) -> Rect {
        self.parts(self.size).body
    }

    /// Lets the line at the bottom go when its time is over; true when it went.
    pub(crate) fn fade(&mut self, now: Timestamp) -> bool {
        if let Some(notice) = &mut self.notice {
            notice.since.get_or_insert(now);
        }
        let over = self.fades_in(now) == Some(Span(0));
        if over {
            self.notice = None;
        }
        over
    }

    /// How long the line at the bottom stays if no key is pressed; none where none is there, or
    /// where it waits for a key.
    pub(crate) fn fades_in(&self, now: Timestamp) -> Option<Span> {
        let notice = self.notice.as_ref()?;
        let until = notice.since?.after(notice.stays()?);
        Some(until.since(now))
    }

    /// Shows a line at the bottom until the next key, or for a while.
    pub(crate) fn tell(&mut self, text: impl Into<String>, role: Role) {
        self.notice = Some(Notice {
            text: text.into(),
            role,
            since: None,
        });
    }

    /// The panes at hand, in the order of the Tab key.
    pub(crate) fn panes(&self) -> &'static [Pane] {
        if self.screen == Screen::Memory && self.lists.lessons {
            return &[Pane::Lessons, Pane::Detail];
        }
        if self.screen == Screen::Metrics && self.lists.advice {
            return &[Pane::Advice, Pane::Detail];
        }
        if self.is_tiled() {
            return &[Pane::Transcript];
        }
        Pane::of(self.screen)
    }

    /// Whether the queue is shown as a board.
    pub(crate) fn is_board(&self) -> bool {
        self.screen == Screen::Queue && self.lists.queue == Arrangement::Board
    }

    /// Whether the Sessions screen shows transcripts without a list beside them.
    pub(crate) fn is_tiled(&self) -> bool {
        self.screen == Screen::Sessions && self.lists.tiling != Tiling::List
    }

    /// Gives the keys to a pane of the screen, if it is there.
    pub(crate) fn focus_on(&mut self, pane: Pane) {
        if let Some(place) = self.panes().iter().position(|it| *it == pane) {
            self.focus = Focus::Pane(place);
        }
    }

    /// The pane that has the keys, when it is not the composer.
    #[must_use]
    pub fn pane(&self) -> Option<Pane> {
        match self.focus {
            Focus::Composer => None,
            Focus::Pane(i) => self.panes().get(i).copied(),
        }
    }

    /// The pane that is worked with: the focused one, or the first while the composer has the keys.
    pub(crate) fn main_pane(&self) -> Pane {
        self.pane()
            .or_else(|| self.panes().first().copied())
            .unwrap_or(Pane::Sessions)
    }

    /// The list whose selection the focused pane is about.
    pub(crate) fn list(&self) -> Pane {
        match self.main_pane() {
            Pane::Transcript => Pane::Sessions,
            Pane::Detail | Pane::Reader | Pane::Figures => {
                self.panes().first().copied().unwrap_or(Pane::Sessions)
            }
            pane @ (Pane::Sessions
            | Pane::Queue
            | Pane::Memory
            | Pane::Library
            | Pane::Lessons
            | Pane::Votes
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Advice
            | Pane::Journal) => pane,
        }
    }

    /// In which context a key is pressed now.
    #[must_use]
    pub fn context(&self) -> Context {
        match (self.overlays.last(), self.pane()) {
            (Some(overlay), _) => overlay.context(),
            (None, None) if self.travel.is_some() => Context::Past,
            (None, None) => Context::Composer,
            (None, Some(pane)) if pane.is_text() => Context::Pane,
            (None, Some(_)) => Context::List,
        }
    }

    /// The key that was begun with here, if one was; elsewhere it is nothing.
    pub(crate) fn begun(&self) -> Option<Chord> {
        let here = self.context();
        let begun = self.begun.filter(|(context, _)| *context == here)?;
        Some(begun.1)
    }

    /// What to press for an action here, for a sentence.
    pub(crate) fn key(&self, action: Action) -> String {
        self.setup.keymap.name(action, self.context())
    }

    /// A time of day in the operator's zone.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> String {
        self.formatted(at, "%H:%M")
    }

    /// A time of day with seconds in the operator's zone.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        self.formatted(at, "%H:%M:%S")
    }

    /// Day and time of day in the operator's zone.
    pub(crate) fn day_and_time(&self, at: Timestamp) -> String {
        self.formatted(at, "%d %b %H:%M:%S")
    }

    fn formatted(&self, at: Timestamp, format: &str) -> String {
        self.setup.formatted(at, format)
    }
}

impl Setup {
    /// A time in the operator's zone.
    pub(crate) fn formatted(&self, at: Timestamp, format: &str) -> String {
        i64::try_from(at.0)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map(|t| t.to_zoned(self.zone.clone()).strftime(format).to_string())
            .unwrap_or_default()
    }
}
