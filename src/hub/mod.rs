//! The room's documents in the shared-memory server.
