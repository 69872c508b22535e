//! The port to the documents of the shared memory, for those that are pinned: read when a call is
//! made, bounded, and with a deadline. A document that cannot be read holds no call up; the call is
//! told so.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::core::context::{DOCUMENT_TOLD, fingerprint};
use crate::core::{DocumentText, Piece, Text};

/// How long one document may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A text, or why there is none; untrusted.
pub type Reading<'a> = Pin<Box<dyn Future<Output = Result<Text, String>> + Send + 'a>>;

/// Where documents are read.
pub trait Library: Debug + Send + Sync {
    /// The text of a document by its name in the shared memory. May be dropped at any time.
    fn read<'a>(&'a self, name: &'a str) -> Reading<'a>;
}

/// What a call is told of a document, and what is noted of that.
pub(super) async fn tell(library: Option<&dyn Library>, name: &str) -> (Piece, DocumentText) {
    let read = match library {
        Some(library) => match timeout(PATIENCE, library.read(name)).await {
            Ok(read) => read,
            Err(_) => Err(format!("it was not there within {} s", PATIENCE.as_secs())),
        },
        None => Err("this room has no shared memory".to_owned()),
    };
    let label = format!("document {}", name.replace('/', "."));
    match read {
        Ok(text) => {
            let digest = fingerprint(text.as_str());
            let text = text.excerpt(DOCUMENT_TOLD);
            (Piece { label, text }, DocumentText::Read { digest })
        }
        Err(why) => {
            let why = crate::core::text::one_line(&why, 300);
            let text = Text::from(format!("(it belongs here, but could not be read: {why})"));
            (Piece { label, text }, DocumentText::Unreadable { why })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT_TOLD, Library, PATIENCE, Reading, tell};
    use crate::core::{DocumentText, Text};

    #[derive(Debug)]
    struct Shelf(Result<&'static str, &'static str>);

    impl Library for Shelf {
        fn read<'a>(&'a self, _: &'a str) -> Reading<'a> {
            let text = self.0.map(|text| Text::from(text.repeat(4000)));
            let text = text.map_err(str::to_owned);
            Box::pin(std::future::ready(text))
        }
    }

    #[derive(Debug)]
    struct Silent;

    impl Library for Silent {
        fn read<'a>(&'a self, _: &'a str) -> Reading<'a> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_document_is_bounded_and_one_that_does_not_come_is_said_to_be_missing() {
        let (piece, text) = tell(Some(&Shelf(Ok("word "))), "notes/style").await;
        assert_eq!(piece.label, "document notes.style");
        assert!(piece.text.len() < DOCUMENT_TOLD + 100 && piece.text.as_str().contains("left out"));
        assert!(matches!(text, DocumentText::Read { .. }), "{text:?}");
        let absent: [(Option<&dyn Library>, &str); 3] = [
            (Some(&Shelf(Err("there is none"))), "there is none"),
            (Some(&Silent), "it was not there within 2 s"),
            (None, "this room has no shared memory"),
        ];
        for (library, expected) in absent {
            let (piece, text) = tell(library, "a").await;
            let why = expected.to_owned();
            assert_eq!(text, DocumentText::Unreadable { why });
            assert!(piece.text.as_str().contains(expected), "{piece:?}");
        }
        assert_eq!(PATIENCE.as_secs(), 2);
    }
}
