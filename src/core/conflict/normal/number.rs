//! Numbers, and when two of them are the same. How they are written is read elsewhere
//! ([`digits`](super::digits), [`spelled`](super::spelled)), and so are units
//! ([`quantity`](super::quantity)).
//!
//! A number is kept exactly as long as it fits; two numbers are never equal because a float is short
//! of digits.

use std::fmt;

/// From this many significant digits on a rounded number stands for the one that it was rounded from.
const ROUNDED_FROM: usize = 3;
/// How far two computed numbers may be apart, as a share of the larger.
const COMPUTED: f64 = 1e-9;

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub enum Number {
    /// An exact one, reduced, with a denominator of at least 1.
    Ratio {
        /// Above the line; carries the sign.
        over: i128,
        /// Below the line.
        under: i128,
        /// How it was rounded, if it was written with decimals.
        rounded: Option<Rounded>,
    },
    /// A whole one that is too long for that, digit by digit.
    Long(String),
    /// A computed one, such as a root.
    Real(f64),
}

/// The digits of a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounded {
    /// Behind the point.
    pub(super) decimals: usize,
    /// In all, leading zeros apart.
    pub(super) significant: usize,
}

impl Number {
    pub(super) fn whole(value: i128) -> Self {
        Self::Ratio {
            over: value,
            under: 1,
            rounded: None,
        }
    }

    /// A fraction; `None` for nothing below the line, or where it does not fit.
    pub(super) fn ratio(over: i128, under: i128) -> Option<Self> {
        if under == 0 || over == i128::MIN || under == i128::MIN {
            return None;
        }
        let shared = gcd(over.unsigned_abs(), under.unsigned_abs());
        let shared = i128::try_from(shared).ok()?.max(1);
        let sign = under.signum();
        Some(Self::Ratio {
            over: over / shared * sign,
            under: under / shared * sign,
            rounded: None,
        })
    }

    /// This number times a fraction, where it stays exact.
    pub(super) fn times(&self, over: i128, under: i128) -> Option<Self> {
        match self {
            Self::Ratio {
                over: a, under: b, ..
            } => Self::ratio(a.checked_mul(over)?, b.checked_mul(under)?),
            Self::Long(_) | Self::Real(_) => {
                Some(Self::Real(self.approximate() * ratio_of(over, under)))
            }
        }
    }

    /// The sum of two exact numbers, where it fits.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let (
            Self::Ratio { over, under, .. },
            Self::Ratio {
                over: others_over,
                under: others_under,
                ..
            },
        ) = (self, other)
        else {
            return None;
        };
        let mine = over.checked_mul(*others_under)?;
        let yours = others_over.checked_mul(*under)?;
        Self::ratio(mine.checked_add(yours)?, under.checked_mul(*others_under)?)
    }

    /// The value alone, however it was rounded.
    pub(super) fn exactly(self) -> Self {
        match self {
            Self::Ratio { over, under, .. } => Self::Ratio {
                over,
                under,
                rounded: None,
            },
            Self::Long(_) | Self::Real(_) => self,
        }
    }

    /// The nearest float.
    #[must_use]
    pub fn approximate(&self) -> f64 {
        match self {
            Self::Ratio { over, under, .. } => ratio_of(*over, *under),
            Self::Long(digits) => digits.parse().unwrap_or(f64::INFINITY),
            Self::Real(value) => *value,
        }
    }

    /// Whether two numbers are the same: exactly, or one as the other one rounded to no fewer than
    /// three digits, or both computed to the same float but for the last digits.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Ratio {
                    over,
                    under,
                    rounded,
                },
                Self::Ratio {
                    over: others_over,
                    under: others_under,
                    rounded: others_rounded,
                },
            ) => {
                (over == others_over && under == others_under)
                    || rounds_to(self, *rounded, other, *others_rounded)
                    || rounds_to(other, *others_rounded, self, *rounded)
            }
            (Self::Long(a), Self::Long(b)) => a == b,
            (Self::Real(a), Self::Real(b)) => near(*a, *b),
            (Self::Real(real), Self::Ratio { rounded, .. })
            | (Self::Ratio { rounded, .. }, Self::Real(real)) => {
                let exact = if matches!(self, Self::Real(_)) {
                    other
                } else {
                    self
                };
                near(*real, exact.approximate()) || within(exact.approximate(), *rounded, *real)
            }
            (Self::Long(_), Self::Ratio { .. } | Self::Real(_))
            | (Self::Ratio { .. } | Self::Real(_), Self::Long(_)) => false,
        }
    }
}

/// Whether `a` is `b` rounded: fewer decimals, and no further away than half of its last digit.
fn rounds_to(a: &Number, written: Option<Rounded>, b: &Number, other: Option<Rounded>) -> bool {
    let Some(written) = written else {
        return false;
    };
    let shorter = match other {
        Some(other) => written.decimals < other.decimals,
        None => matches!(b, Number::Ratio { under, .. } if *under > 1),
    };
    shorter && within(a.approximate(), Some(written), b.approximate())
}

fn within(short: f64, written: Option<Rounded>, long: f64) -> bool {
    let Some(Rounded {
        decimals,
        significant,
    }) = written
    else {
        return false;
    };
    let Ok(places) = i32::try_from(decimals) else {
        return false;
    };
    let half = 0.5 * 10_f64.powi(-places);
    decimals >= 2 && significant >= ROUNDED_FROM && (short - long).abs() <= half * (1.0 + 1e-9)
}

pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= COMPUTED * a.abs().max(b.abs()).max(1e-6)
}

#[expect(clippy::cast_precision_loss, reason = "wanted as a float")]
pub(super) fn ratio_of(over: i128, under: i128) -> f64 {
    over as f64 / under as f64
}

fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio { over, under: 1, .. } => write!(f, "{over}"),
            Self::Ratio { over, under, .. } => match decimal(*over, *under) {
                Some(text) => f.write_str(&text),
                None => write!(f, "{over}/{under}"),
            },
            Self::Long(digits) => f.write_str(digits),
            Self::Real(value) => write!(f, "{value}"),
        }
    }
}

/// A fraction as a decimal number, where it ends.
fn decimal(over: i128, under: i128) -> Option<String> {
    let (mut rest, mut places) = (under, 0_usize);
    let mut scale = 1_i128;
    while rest > 1 {
        let step = if rest % 10 == 0 {
            10
        } else if rest % 5 == 0 {
            5
        } else if rest % 2 == 0 {
            2
        } else {
            return None;
        };
        rest /= step;
        scale = scale.checked_mul(10 / step)?;
        places += 1;
    }
    let digits = over.checked_mul(scale)?;
    let sign = if digits < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    Some(format!("{sign}{whole}.{part}"))
}
