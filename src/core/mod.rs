//! The pure heart of a room: what there is, what may happen, and what follows.
//!
//! Owns the words of the domain, the state, and the functions `decide`, `evolve`, `follow` and
//! `react`. It reads no clock, rolls no dice, touches no file and awaits nothing.
