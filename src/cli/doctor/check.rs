//! One finding of the doctor.

/// A finding.
#[derive(Debug)]
pub(super) struct Check {
    /// What was looked at.
    pub(super) subject: String,
    /// How it is.
    pub(super) verdict: Verdict,
}

/// How something is.
#[derive(Debug)]
pub(super) enum Verdict {
    /// As it should be.
    Good {
        /// What was seen.
        detail: String,
    },
    /// It works, but not as well as it could.
    Fair {
        /// What was seen.
        detail: String,
        /// What would make it better.
        fix: String,
    },
    /// It does not work.
    Broken {
        /// What was seen.
        detail: String,
        /// What to do.
        fix: String,
    },
}

impl Check {
    pub(super) fn good(subject: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            verdict: Verdict::Good {
                detail: detail.into(),
            },
        }
    }

    pub(super) fn fair(
        subject: impl Into<String>,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            subject: subject.into(),
            verdict: Verdict::Fair {
                detail: detail.into(),
                fix: fix.into(),
            },
        }
    }

    pub(super) fn broken(
        subject: impl Into<String>,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            subject: subject.into(),
            verdict: Verdict::Broken {
                detail: detail.into(),
                fix: fix.into(),
            },
        }
    }
}

impl Verdict {
    /// Glyph, detail and fix.
    pub(super) fn parts(&self) -> (&'static str, &str, Option<&str>) {
        match self {
            Self::Good { detail } => ("✓", detail, None),
            Self::Fair { detail, fix } => ("!", detail, Some(fix)),
            Self::Broken { detail, fix } => ("✕", detail, Some(fix)),
        }
    }

    /// The word of `--json`.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Good { .. } => "good",
            Self::Fair { .. } => "fair",
            Self::Broken { .. } => "broken",
        }
    }
}
