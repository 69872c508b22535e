//! Room and console over the socket: framing, snapshot, events, deltas, commands.
