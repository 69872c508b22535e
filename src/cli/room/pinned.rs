//! Where pinned documents are read: the folder of the shared memory, which both servers keep on disk.

use crate::core::Text;
use crate::hub::folder::{Folder, Look};
use crate::members::{Library, Reading};

/// The documents of a project's shared memory.
#[derive(Debug)]
pub(super) struct Documents {
    folder: Folder,
}

impl Documents {
    pub(super) fn new(folder: Folder) -> Self {
        Self { folder }
    }
}

impl Library for Documents {
    fn read<'a>(&'a self, name: &'a str) -> Reading<'a> {
        let (folder, name) = (self.folder.clone(), name.to_owned());
        Box::pin(async move {
            // On a thread that may wait for a disk.
            let look = tokio::task::spawn_blocking(move || {
                let name = crate::hub::document::canonical(&name).map_err(|bad| bad.to_string())?;
                Ok(folder.real().look(&name))
            });
            match look.await.unwrap_or_else(|error| Err(error.to_string()))? {
                Look::Text(text) => Ok(Text::from(&*text)),
                Look::Missing => Err("there is no such document".to_owned()),
                Look::Unfit(unfit) => Err(unfit.to_string()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Documents;
    use crate::hub::folder::Folder;
    use crate::members::Library as _;

    #[tokio::test]
    async fn a_document_is_read_and_what_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("notes")).unwrap();
        fs::write(folder.path().join("notes/style.md"), "Be brief.").unwrap();
        fs::write(folder.path().join("bytes.md"), [0xff, 0xfe]).unwrap();
        let documents = Documents::new(Folder::new(folder.path().to_owned()));
        let text = documents.read("notes/style").await.unwrap();
        assert_eq!(text.as_str(), "Be brief.");
        for (name, why) in [
            ("notes/none", "there is no such document"),
            ("bytes", "it is no UTF-8 text"),
            ("../x", "cannot be the name of a document"),
        ] {
            let said = documents.read(name).await.unwrap_err();
            assert!(said.contains(why), "{name}: {said}");
        }
    }
}
