//! What a session can be set to.

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::{self, DialSort as CoreSort};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dial {
    id: String,
    name: String,
    sort: Sort,
    current: String,
    values: Vec<Value>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    value: String,
    name: String,
}

wire_words!(Sort = CoreSort {
    Mode = "mode",
    Model = "model",
    Thought = "thought",
    Other = "other",
});

impl From<&core::Dial> for Dial {
    fn from(dial: &core::Dial) -> Self {
        let values = dial.values.iter().map(|one| Value {
            value: one.value.clone(),
            name: one.name.clone(),
        });
        Self {
            id: dial.id.clone(),
            name: dial.name.clone(),
            sort: dial.sort.into(),
            current: dial.current.clone(),
            values: values.collect(),
        }
    }
}

impl From<Dial> for core::Dial {
    fn from(wire: Dial) -> Self {
        let values = wire.values.into_iter();
        Self {
            id: wire.id,
            name: wire.name,
            sort: wire.sort.into(),
            current: wire.current,
            values: values
                .map(|Value { value, name }| core::DialValue { value, name })
                .collect(),
        }
    }
}
