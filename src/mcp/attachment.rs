//! What an answer holds beside text: images, sounds, resources and links to them.
//!
//! They are never drawn as they are. People see a label of one line; where the content is kept is
//! the business of whoever takes the answer.

use std::fmt;

/// How much of a name, address or type stands in a label, in characters.
const LABEL_PART: usize = 160;

/// An image, a sound, a resource or a link to one. Its texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The `type` as sent: `image`, `audio`, `resource`, `resource_link` or what a server makes up.
    pub kind: String,
    /// MIME type, if given.
    pub mime: Option<String>,
    /// Size of the content in bytes, as far as known.
    pub bytes: usize,
    /// Name, if given.
    pub name: Option<String>,
    /// Address of a resource, if given.
    pub uri: Option<String>,
    /// The content; none of a link, and none when it could not be decoded.
    pub payload: Option<Payload>,
    /// Where the content is now.
    pub kept: Kept,
}

/// Bytes of a server. Debug output only tells how many.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(pub Vec<u8>);

/// Where the content of an attachment is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Kept {
    /// Only in memory.
    #[default]
    No,
    /// In a file; the path as it is told to people.
    At(String),
    /// Nowhere, for this reason.
    Refused(String),
}

impl Attachment {
    /// One line for people: kind, type, size, and where it is.
    #[must_use]
    pub fn label(&self) -> String {
        let kind = if self.kind.is_empty() {
            "attachment".to_owned()
        } else {
            one_line(&self.kind.replace('_', " "))
        };
        let name = self.name.as_deref().map(one_line);
        let mime = self.mime.as_deref().map(one_line);
        let is_link = self.kind == "resource_link";
        let size = (self.bytes > 0 || !is_link).then(|| sized(self.bytes));
        let uri = self.uri.as_deref().map(one_line);
        let mut facts = vec![kind];
        facts.extend(name.map(|name| format!("\"{name}\"")));
        facts.extend(mime);
        let mut label = facts.join(" ");
        if let Some(size) = size {
            label = format!("{label}, {size}");
        }
        match (&self.kept, uri) {
            (Kept::At(path), _) => format!("[{label}: {path}]"),
            (Kept::Refused(why), _) => format!("[{label}, not kept: {why}]"),
            (Kept::No, Some(uri)) => format!("[{label}: {uri}]"),
            (Kept::No, None) => format!("[{label}, not kept]"),
        }
    }
}

impl Attachment {
    /// The content, where the server calls it text and it is.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let mime = self.mime.as_deref()?;
        let told = mime.starts_with("text/") || mime.starts_with("application/json");
        let payload = self.payload.as_ref().filter(|_| told)?;
        std::str::from_utf8(&payload.0).ok()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .take(LABEL_PART)
        .collect()
}

/// A size for people, with one digit after the point from a thousand on.
fn sized(bytes: usize) -> String {
    let tenths = |unit: usize| (bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => {
            let (whole, tenth) = tenths(1_000);
            format!("{whole}.{tenth} kB")
        }
        _ => {
            let (whole, tenth) = tenths(1_000_000);
            format!("{whole}.{tenth} MB")
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Attachment, Kept, Payload};

    fn image() -> Attachment {
        Attachment {
            kind: "image".to_owned(),
            mime: Some("image/png".to_owned()),
            bytes: 12_345,
            name: None,
            uri: None,
            payload: Some(Payload(vec![1, 2])),
            kept: Kept::No,
        }
    }

    #[test]
    fn a_label_tells_kind_type_size_and_place() {
        let kept = |kept: Kept| Attachment { kept, ..image() }.label();
        assert_eq!(kept(Kept::No), "[image image/png, 12.3 kB, not kept]");
        assert_eq!(
            kept(Kept::At(".synod/attachments/a.png".to_owned())),
            "[image image/png, 12.3 kB: .synod/attachments/a.png]"
        );
        assert_eq!(
            kept(Kept::Refused("the disk is full".to_owned())),
            "[image image/png, 12.3 kB, not kept: the disk is full]"
        );
        assert_eq!(format!("{:?}", Payload(vec![0; 3])), "Payload(3 bytes)");
    }

    #[test]
    fn a_link_tells_its_address_and_stays_one_short_line() {
        let link = Attachment {
            kind: "resource_link".to_owned(),
            mime: None,
            bytes: 0,
            name: Some("a\n\u{1b}[31mb".to_owned()),
            uri: Some("demo://x".to_owned()),
            payload: None,
            kept: Kept::No,
        };
        assert_eq!(link.label(), "[resource link \"a  [31mb\": demo://x]");
        let long = Attachment {
            uri: Some("x".repeat(10_000)),
            ..link
        };
        assert!(long.label().len() < 300);
    }
}
