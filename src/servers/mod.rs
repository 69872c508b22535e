//! The MCP servers that ship inside the binary.
