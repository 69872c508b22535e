//! How members are chosen.

use std::collections::BTreeMap;

use crate::core::forecast::{Forecast, Seconds};
use crate::core::routing::chosen::{Considered, Route};
use crate::core::routing::convene::Convening;
use crate::core::routing::limits::Need;
use crate::core::routing::policy::Policy;
use crate::core::routing::setting::{Rewards, Setting};
use crate::core::routing::whether::{Convened, Several};
use crate::core::{Event, MemberName, TaskId, TaskKind};

/// All of them.
pub(super) fn all() -> Vec<Event> {
    let usual = Event::RoutingSet {
        setting: Setting::default(),
    };
    let all = Several::ALL.iter().copied();
    let several: BTreeMap<TaskKind, Several> = TaskKind::ALL.iter().copied().zip(all).collect();
    let all = Need::ALL.iter().copied();
    let needs: BTreeMap<TaskKind, Need> = TaskKind::ALL.iter().copied().zip(all).collect();
    let every = Policy::ALL.iter().map(|policy| Event::RoutingSet {
        setting: Setting {
            policy: *policy,
            kinds: BTreeMap::from([(TaskKind::Code, *policy)]),
            order: vec![name("codex"), name("gpt")],
            further: 0.25,
            several: several.clone(),
            needs: needs.clone(),
            most_usd: Some(0.25),
            rewards: Rewards {
                choice: 2.5,
                answered: 0.0,
                ..Rewards::default()
            },
        },
    });
    std::iter::once(usual).chain(every).collect()
}

/// A task that is given out, in every way.
pub(super) fn routed(task: TaskId) -> Vec<Event> {
    let given = |because: &str, route: Option<Route>, convened: Option<Convened>| {
        let forecast = convened.is_some().then(forecast);
        Event::TaskRouted {
            task,
            council: vec![name("codex")],
            because: because.to_owned(),
            route: route.map(Box::new),
            convened: convened.map(Box::new),
            forecast,
        }
    };
    let mut all: Vec<Event> = convened()
        .into_iter()
        .map(|convened| given("two are asked first", None, Some(convened)))
        .collect();
    all.push(given("named by the operator", None, None));
    let merit = "codex: expected 0.62 on code, n = 3.5, 0 in flight";
    all.push(given(merit, Some(route()), None));
    all
}

/// A choice of how many, each way.
fn convened() -> [Convened; 3] {
    let cascade = Convening::Cascade { first: 2, most: 4 };
    [Convening::One, cascade, Convening::Everybody].map(|how| Convened {
        how,
        members: 3,
        credit: -0.75,
        councils: 12.0,
        differ: 0.25,
        because: "much depends on it: urgent".to_owned(),
    })
}

/// A forecast with all that can be foretold.
fn forecast() -> Forecast {
    Forecast {
        seconds: Some(Seconds {
            likely: 12.5,
            most: 40.25,
        }),
        usd: Some(0.003),
        agree: Some(0.625),
    }
}

/// A choice with all that can be known of a member, and with nothing.
fn route() -> Route {
    let known = Considered {
        member: name("codex"),
        score: 0.65,
        expected: 0.62,
        deviation: 0.07,
        n: 3.5,
        strength: Some(0.9),
        load: 0.5,
        seconds: Some(12.25),
        price: Some(0.003),
    };
    let unknown = Considered {
        member: name("gpt"),
        score: -1.0,
        expected: 0.5,
        deviation: 0.15,
        n: 0.0,
        strength: None,
        load: 0.0,
        seconds: None,
        price: None,
    };
    Route {
        policy: Policy::Learned,
        considered: vec![known, unknown],
    }
}

fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}
