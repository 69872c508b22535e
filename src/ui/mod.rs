//! The console: event loop, actions, keymap, layout, theme, panes and overlays.
