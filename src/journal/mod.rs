//! The append-only log of events, which is the truth of a room.
