//! The way to a hub server that the room starts itself.
