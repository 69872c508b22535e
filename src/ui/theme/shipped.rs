//! The themes inside the binary. What each looks like is in its file.

/// A theme that ships inside the binary.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shipped {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../../themes/", $name, ".toml")),
        }),+]
    };
}

/// All of them, in the order in which they are listed; the first is what is left where
/// no other can be had.
pub(super) const SHIPPED: &[Shipped] = shipped![
    "ansi",
    "synod-dark",
    "synod-light",
    "catppuccin-latte",
    "catppuccin-frappe",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "gruvbox-dark",
    "gruvbox-light",
    "tokyo-night",
    "nord",
    "solarized-dark",
    "solarized-light",
    "high-contrast",
    "mono",
];
