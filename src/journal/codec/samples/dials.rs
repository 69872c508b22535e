//! What a session can be set to, and what is wished of it.

use crate::core::{Dial, DialSort, DialValue, DialWish, SessionChange};

/// One of every shape.
pub(super) fn all() -> Vec<SessionChange> {
    let sorts = [
        ("mode", DialSort::Mode),
        ("model", DialSort::Model),
        ("reasoning_effort", DialSort::Thought),
        ("verbosity", DialSort::Other),
    ];
    let value = |word: &str| DialValue {
        value: word.to_owned(),
        name: format!("Ünique {word}"),
    };
    let dials = sorts.map(|(id, sort)| Dial {
        id: id.to_owned(),
        name: id.to_uppercase(),
        sort,
        current: "low".to_owned(),
        values: vec![value("low"), value("high")],
    });
    vec![
        SessionChange::Dials {
            dials: dials.to_vec(),
        },
        SessionChange::Dials { dials: Vec::new() },
        SessionChange::Dialled {
            dial: "model".to_owned(),
            value: "high".to_owned(),
        },
        SessionChange::Wished {
            dial: "model".to_owned(),
            value: Some("high".to_owned()),
        },
        SessionChange::Wished {
            dial: "model".to_owned(),
            value: None,
        },
        SessionChange::Unfulfilled {
            wish: DialWish {
                dial: "model".to_owned(),
                value: "high".to_owned(),
            },
        },
    ]
}
