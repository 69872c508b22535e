//! Why a request is turned away, what it is answered then, and what the log hears of it: one line a kind and minute,
//! however many there are.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};
use tokio::time::Instant;

/// An answer to a request.
pub(super) type Reply = Response<BoxBody<Bytes, Infallible>>;

/// How long the log hears nothing more of a kind.
const QUIET: Duration = Duration::from_mins(1);

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is addressed to another host: a page in a browser may have been led here.
    Host,
    /// It comes from a page of another origin.
    Origin,
    /// There is nothing at its path.
    Path,
    /// It brings no token.
    NoToken,
    /// It brings a token that is none of ours.
    ForeignToken,
    /// Its body is too long.
    TooLong,
    /// It was not read and answered in time.
    Late,
    /// There are too many connections.
    Full,
}

impl Refusal {
    const ALL: [Self; 8] = [
        Self::Host,
        Self::Origin,
        Self::Path,
        Self::NoToken,
        Self::ForeignToken,
        Self::TooLong,
        Self::Late,
        Self::Full,
    ];

    fn status(self) -> StatusCode {
        match self {
            Self::Host | Self::Origin => StatusCode::FORBIDDEN,
            Self::Path => StatusCode::NOT_FOUND,
            Self::NoToken | Self::ForeignToken => StatusCode::UNAUTHORIZED,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What happened and what to do.
    fn why(self) -> &'static str {
        match self {
            Self::Host => "this is no name of the room: use the address in .synod/room.tokens",
            Self::Origin => "no page of another origin may call the room",
            Self::Path => "there is nothing here: use the address in .synod/room.tokens",
            Self::NoToken => {
                "send `Authorization: Bearer` with a token from .synod/room.tokens of the project"
            }
            Self::ForeignToken => {
                "this token is none of this room: each start makes new ones, in .synod/room.tokens"
            }
            Self::TooLong => "a request may have 1 MiB at most: send less at once",
            Self::Late => "the request took too long: send it again",
            Self::Full => "too many connections: close some, then try again",
        }
    }

    /// The answer to the one who is turned away. The connection ends with it, so that nothing more is read.
    pub(super) fn reply(self) -> Reply {
        let body = Full::new(Bytes::from_static(self.why().as_bytes()));
        let mut reply = Response::new(body.boxed());
        *reply.status_mut() = self.status();
        let headers = reply.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(CONTENT_TYPE, plain);
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        reply
    }
}

/// How many were turned away.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<[Count; Refusal::ALL.len()]>);

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    /// Those of which the log has not heard.
    untold: u64,
    told: Option<Instant>,
}

impl Tally {
    /// Counts one, and tells the log unless it has heard of the kind in the last minute.
    pub(super) fn count(&self, refusal: Refusal) {
        if let Some(times) = self.due(refusal, Instant::now()) {
            tell(refusal, times);
        }
    }

    /// How many the log is to be told of.
    fn due(&self, refusal: Refusal, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.get_mut(refusal as usize)?;
        count.untold += 1;
        let quiet = |told: Instant| now.saturating_duration_since(told) < QUIET;
        if count.told.is_some_and(quiet) {
            return None;
        }
        count.told = Some(now);
        Some(std::mem::take(&mut count.untold))
    }

    /// Tells the log of those of which it has not heard.
    pub(super) fn tell_rest(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (refusal, count) in Refusal::ALL.into_iter().zip(all.iter_mut()) {
            let times = std::mem::take(&mut count.untold);
            if times > 0 {
                tell(refusal, times);
            }
        }
    }
}

fn tell(refusal: Refusal, times: u64) {
    let status = refusal.status().as_u16();
    tracing::warn!(
        ?refusal,
        status,
        times,
        "calls to the room were turned away"
    );
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Refusal, Tally};

    #[test]
    fn the_log_hears_of_a_kind_once_a_minute_and_of_all_in_the_end() {
        let tally = Tally::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(tally.due(Refusal::Host, start), Some(1));
        for second in 0..60 {
            assert_eq!(tally.due(Refusal::Host, after(second)), None);
        }
        assert_eq!(tally.due(Refusal::Late, after(59)), Some(1), "another kind");
        assert_eq!(tally.due(Refusal::Host, after(60)), Some(61));
        assert_eq!(tally.due(Refusal::Host, after(61)), None);
        tally.tell_rest();
        assert_eq!(tally.due(Refusal::Host, after(120)), Some(1));
    }

    #[test]
    fn each_kind_has_its_own_count() {
        for (index, refusal) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(refusal as usize, index);
        }
    }
}
