//! Supervised connections to MCP servers; the only place that names rmcp's client side.
