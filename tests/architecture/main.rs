//! The house rules, held by reading the sources: who imports whom, who names what, how long a file
//! may be, and that no file is forgotten. Each rule is shown bad samples, so that it can fail.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the sources must fail"
)]

mod imports;
mod lexer;
mod reserved;
mod shape;
mod sources;
