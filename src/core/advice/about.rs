//! What a recommendation is about: a key that stays the same while its figures change.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::{LessonId, Limit, MemberName, SessionId, TaskKind, Timestamp};

/// A sort of recommendation, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// A budget runs out before its period ends.
    Budget,
    /// A session's window is nearly full.
    Context,
    /// A server is restarted too often.
    Restarts,
    /// A time limit is too short or too long.
    Timeouts,
    /// A member should stop getting a kind of task.
    Kinds,
    /// A lesson makes answers worse.
    Lessons,
    /// A member does better or worse than it did.
    Changes,
    /// A voter adds nothing.
    Voters,
    /// A council always agrees.
    Councils,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Budget,
        Self::Context,
        Self::Restarts,
        Self::Timeouts,
        Self::Kinds,
        Self::Lessons,
        Self::Changes,
        Self::Voters,
        Self::Councils,
    ];

    /// Those that the room may apply by itself: what can be done, and spends nothing.
    pub const BY_ITSELF: [Self; 5] = [
        Self::Context,
        Self::Restarts,
        Self::Timeouts,
        Self::Kinds,
        Self::Lessons,
    ];

    /// Its word, in the configuration and in keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Context => "context",
            Self::Restarts => "restarts",
            Self::Timeouts => "timeouts",
            Self::Kinds => "kinds",
            Self::Lessons => "lessons",
            Self::Changes => "changes",
            Self::Voters => "voters",
            Self::Councils => "councils",
        }
    }
}

/// What a recommendation is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A limit of the budget.
    Budget {
        /// Which.
        limit: Limit,
    },
    /// A session whose window is nearly full.
    Context {
        /// Which.
        session: SessionId,
    },
    /// A member whose server is restarted too often.
    Restarts {
        /// Whose.
        member: MemberName,
    },
    /// A member whose time limit does not fit.
    Timeout {
        /// Whose.
        member: MemberName,
    },
    /// A member that should stop getting a kind of task.
    Kind {
        /// Who.
        member: MemberName,
        /// Of which.
        kind: TaskKind,
    },
    /// A lesson that makes answers worse.
    Lesson {
        /// Which.
        lesson: LessonId,
    },
    /// A member that changed.
    Change {
        /// Who.
        member: MemberName,
        /// When that was found.
        at: Timestamp,
    },
    /// A voter that adds nothing.
    Voter {
        /// Who.
        member: MemberName,
    },
    /// Councils that always agree on a kind of task.
    Council {
        /// On which.
        kind: TaskKind,
    },
}

impl About {
    /// Its sort.
    #[must_use]
    pub fn sort(&self) -> Sort {
        match self {
            Self::Budget { .. } => Sort::Budget,
            Self::Context { .. } => Sort::Context,
            Self::Restarts { .. } => Sort::Restarts,
            Self::Timeout { .. } => Sort::Timeouts,
            Self::Kind { .. } => Sort::Kinds,
            Self::Lesson { .. } => Sort::Lessons,
            Self::Change { .. } => Sort::Changes,
            Self::Voter { .. } => Sort::Voters,
            Self::Council { .. } => Sort::Councils,
        }
    }

    /// The member that it is about, if it is about one.
    #[must_use]
    pub fn member(&self) -> Option<&MemberName> {
        match self {
            Self::Restarts { member }
            | Self::Timeout { member }
            | Self::Kind { member, .. }
            | Self::Change { member, .. }
            | Self::Voter { member } => Some(member),
            Self::Budget { .. }
            | Self::Context { .. }
            | Self::Lesson { .. }
            | Self::Council { .. } => None,
        }
    }

    /// Whether a key applies it.
    #[must_use]
    pub fn can_be_applied(&self) -> bool {
        match self {
            Self::Budget { .. }
            | Self::Context { .. }
            | Self::Restarts { .. }
            | Self::Timeout { .. }
            | Self::Kind { .. }
            | Self::Lesson { .. }
            | Self::Council { .. } => true,
            Self::Change { .. } | Self::Voter { .. } => false,
        }
    }

    /// Whether it can be taken back once it was applied.
    #[must_use]
    pub fn can_be_taken_back(&self) -> bool {
        // A conversation that was let go at its server is gone there.
        self.can_be_applied() && self.sort() != Sort::Context
    }
}

/// Words of the limits of a budget.
const LIMITS: [(Limit, &str); 3] = [
    (Limit::Tokens, "tokens"),
    (Limit::Money, "usd"),
    (Limit::Time, "time"),
];

/// `kinds/codex/code`, `context/s3`: as it is typed and stored.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = self.sort().word();
        match self {
            Self::Budget { limit } => {
                let word = LIMITS.iter().find(|(one, _)| one == limit);
                write!(f, "{sort}/{}", word.map_or("", |(_, word)| word))
            }
            Self::Context { session } => write!(f, "{sort}/{session}"),
            Self::Restarts { member } | Self::Timeout { member } | Self::Voter { member } => {
                write!(f, "{sort}/{member}")
            }
            Self::Kind { member, kind } => write!(f, "{sort}/{member}/{}", kind.word()),
            Self::Lesson { lesson } => write!(f, "{sort}/{lesson}"),
            Self::Change { member, at } => write!(f, "{sort}/{member}/{}", at.0),
            Self::Council { kind } => write!(f, "{sort}/{}", kind.word()),
        }
    }
}

/// No key of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key of a recommendation; `synod advice` lists them, such as kinds/codex/code")]
pub struct BadKey(pub String);

impl FromStr for About {
    type Err = BadKey;

    fn from_str(key: &str) -> Result<Self, BadKey> {
        let mut parts = key.split('/');
        let (sort, first) = (parts.next(), parts.next());
        let (second, more) = (parts.next(), parts.next());
        let read = |sort: &str, first: &str| {
            let sort = Sort::ALL.into_iter().find(|one| one.word() == sort)?;
            let member = || MemberName::new(first).ok();
            let kind = |word: &str| TaskKind::stored(word).ok();
            let number = |word: &str, mark: &str| word.strip_prefix(mark)?.parse::<u64>().ok();
            match (sort, second) {
                (Sort::Kinds, Some(word)) => Some(Self::Kind {
                    member: member()?,
                    kind: kind(word)?,
                }),
                (Sort::Changes, Some(at)) => Some(Self::Change {
                    member: member()?,
                    at: Timestamp(at.parse().ok()?),
                }),
                (Sort::Budget, None) => {
                    let known = LIMITS.iter().find(|(_, word)| *word == first)?;
                    Some(Self::Budget { limit: known.0 })
                }
                (Sort::Context, None) => Some(Self::Context {
                    session: SessionId(number(first, "s")?),
                }),
                (Sort::Restarts, None) => Some(Self::Restarts { member: member()? }),
                (Sort::Timeouts, None) => Some(Self::Timeout { member: member()? }),
                (Sort::Lessons, None) => Some(Self::Lesson {
                    lesson: LessonId(number(first, "L")?),
                }),
                (Sort::Voters, None) => Some(Self::Voter { member: member()? }),
                (Sort::Councils, None) => Some(Self::Council { kind: kind(first)? }),
                (Sort::Kinds | Sort::Changes, None)
                | (
                    Sort::Budget
                    | Sort::Context
                    | Sort::Restarts
                    | Sort::Timeouts
                    | Sort::Lessons
                    | Sort::Voters
                    | Sort::Councils,
                    Some(_),
                ) => None,
            }
        };
        let about = sort.zip(first).filter(|_| more.is_none());
        about
            .and_then(|(sort, first)| read(sort, first))
            .ok_or_else(|| BadKey(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{About, BadKey};
    use crate::core::fixture::name;
    use crate::core::{LessonId, Limit, SessionId, TaskKind, Timestamp};

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let member = name("codex");
        let kind = TaskKind::Code;
        let all = [
            (
                About::Budget {
                    limit: Limit::Money,
                },
                "budget/usd",
            ),
            (
                About::Context {
                    session: SessionId(3),
                },
                "context/s3",
            ),
            (
                About::Restarts {
                    member: member.clone(),
                },
                "restarts/codex",
            ),
            (
                About::Timeout {
                    member: member.clone(),
                },
                "timeouts/codex",
            ),
            (
                About::Kind {
                    member: member.clone(),
                    kind,
                },
                "kinds/codex/code",
            ),
            (
                About::Lesson {
                    lesson: LessonId(7),
                },
                "lessons/L7",
            ),
            (
                About::Change {
                    member: member.clone(),
                    at: Timestamp(5),
                },
                "changes/codex/5",
            ),
            (About::Voter { member }, "voters/codex"),
            (About::Council { kind }, "councils/code"),
        ];
        for (about, key) in all {
            assert_eq!(about.to_string(), key);
            assert_eq!(key.parse(), Ok(about));
        }
        for key in [
            "",
            "kinds",
            "kinds/codex",
            "budget/x",
            "context/3",
            "voters/a/b",
            "lessons/L7/x/y",
        ] {
            assert_eq!(key.parse::<About>(), Err(BadKey(key.to_owned())));
        }
    }
}
