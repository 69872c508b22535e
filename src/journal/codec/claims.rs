//! Answers taken apart into claims.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::conflict::claims;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Matrix {
    candidates: usize,
    claims: Vec<Claim>,
    dropped: Dropped,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    text: String,
    stands: BTreeMap<usize, Stand>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stand {
    agrees: bool,
    quote: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropped {
    unproven: usize,
    unclear: usize,
    unknown: usize,
    empty: usize,
    doubled: usize,
    long: usize,
    unheld: usize,
    over: usize,
}

impl From<&claims::Matrix> for Matrix {
    fn from(matrix: &claims::Matrix) -> Self {
        let claims::Dropped {
            unproven,
            unclear,
            unknown,
            empty,
            doubled,
            long,
            unheld,
            over,
        } = matrix.dropped();
        let stand = |(candidate, stand): (&usize, &claims::Stand)| {
            let claims::Stand { agrees, quote } = stand.clone();
            (*candidate, Stand { agrees, quote })
        };
        let claims = matrix.claims().iter().map(|claim| Claim {
            text: claim.text.clone(),
            stands: claim.stands.iter().map(stand).collect(),
        });
        Self {
            candidates: matrix.candidates(),
            claims: claims.collect(),
            dropped: Dropped {
                unproven,
                unclear,
                unknown,
                empty,
                doubled,
                long,
                unheld,
                over,
            },
        }
    }
}

impl From<Matrix> for claims::Matrix {
    fn from(wire: Matrix) -> Self {
        let stand = |(candidate, stand): (usize, Stand)| {
            let Stand { agrees, quote } = stand;
            (candidate, claims::Stand { agrees, quote })
        };
        let claims = wire.claims.into_iter().map(|claim| claims::Claim {
            text: claim.text,
            stands: claim.stands.into_iter().map(stand).collect(),
        });
        let Dropped {
            unproven,
            unclear,
            unknown,
            empty,
            doubled,
            long,
            unheld,
            over,
        } = wire.dropped;
        let dropped = claims::Dropped {
            unproven,
            unclear,
            unknown,
            empty,
            doubled,
            long,
            unheld,
            over,
        };
        Self::new(wire.candidates, claims.collect(), dropped)
    }
}
