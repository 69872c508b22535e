//! What a task is expected to come to, before it is given out: its time, its price, whether its answers
//! will agree.
//!
//! Owns the forecast, what it is made from and [how such forecasts turned out](Track). It chooses nothing:
//! who is asked is the business of [`routing`](crate::core::routing). Folded from the journal alone.

mod latency;
mod track;

use serde::{Deserialize, Serialize};

pub use latency::{Latency, Seconds};
pub use track::{Track, Turned};

use crate::core::analysis::Size;
use crate::core::routing::{Routed, price_on};
use crate::core::{State, Strategy, TaskOrder};

/// What a task is expected to come to. What cannot be known yet is `None`, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Forecast {
    /// How long it takes until its answers are there.
    pub seconds: Option<Seconds>,
    /// What its answers cost, in US dollars.
    pub usd: Option<f64>,
    /// How likely its answers agree, 0 to 1; of a council only.
    pub agree: Option<f64>,
}

/// What forecasts are made from, and how they turned out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Foresight {
    pub(crate) latency: Latency,
    pub(crate) track: Track,
}

impl Foresight {
    /// How long members take.
    #[must_use]
    pub fn latency(&self) -> &Latency {
        &self.latency
    }

    /// How forecasts turned out.
    #[must_use]
    pub fn track(&self) -> &Track {
        &self.track
    }
}

/// What an order of such a size comes to when it is given out so.
#[must_use]
pub fn foretold(state: &State, order: &TaskOrder, size: Size, routed: &Routed) -> Forecast {
    let (kind, council) = (order.kind, &routed.council);
    let convened = routed.convened.as_ref();
    let strategy = convened.map_or(order.strategy, |it| it.how.strategy());
    let latency = &state.foresight.latency;
    let times = council.iter().map(|name| latency.of(name, kind, size));
    let prices = council
        .iter()
        .map(|name| price_on(state.member(name)?, kind));
    match strategy {
        Strategy::Auto | Strategy::Solo => Forecast {
            seconds: times.take(1).flatten().next(),
            usd: prices.take(1).flatten().next(),
            agree: None,
        },
        Strategy::Race => Forecast {
            seconds: times.flatten().reduce(Seconds::sooner),
            usd: prices.sum(),
            agree: None,
        },
        Strategy::Council | Strategy::Debate => Forecast {
            seconds: times
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().reduce(Seconds::later)),
            usd: prices.sum(),
            agree: (council.len() > 1)
                .then(|| state.learning().harmony().agree(kind, council.len())),
        },
        Strategy::Chain => Forecast {
            seconds: times
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().reduce(Seconds::then)),
            usd: prices.sum(),
            agree: None,
        },
        // How many thoughts or steps it takes is not known.
        Strategy::Think | Strategy::Plan => Forecast::default(),
    }
}

/// The size of what is ordered, by its length and by what answers on its kind are like.
#[must_use]
pub fn size_of(state: &State, order: &TaskOrder) -> Size {
    Size {
        prompt: order.prompt.as_str().len() as u64 / 4,
        answer: state.reader().expected(order.kind, state.kinds()),
    }
}
