//! `synod.toml` and its layers, import of other tools' MCP configurations, secrets by reference.
