//! One suite over every memory server: ours, and the real Serena. Then what only ours promises.
