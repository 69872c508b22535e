//! Keeps what answers hold beside text: images, sounds and resources, as files of the room.
//!
//! A file is named by the hash of its content, so the same content is kept once, and nothing of what
//! a server says becomes a path. Only the owner can read it. The folder is bounded, as servers are
//! not to be trusted with a disk.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::mcp::{Attachment, Block, Kept, Payload, ToolReply};

/// More than anybody looks at in one answer.
const IN_ANSWER: usize = 16;
/// The largest one, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;
/// All of a room, in bytes.
const FOLDER: u64 = 512 * 1024 * 1024;
/// The folder, below that of the room.
const NAME: &str = "attachments";

/// The attachments of one room.
#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
    /// How the folder is called to people.
    shown: PathBuf,
    most: u64,
}

impl Attachments {
    /// Those of the room in the folder `room`. Nothing is made before something is to be kept.
    #[must_use]
    pub fn new(room: &Path) -> Self {
        let shown = room.file_name().map(PathBuf::from).unwrap_or_default();
        Self {
            folder: room.join(NAME),
            shown: shown.join(NAME),
            most: FOLDER,
        }
    }

    /// Writes the contents in `reply` to files and notes there where they are.
    pub(super) async fn keep(&self, mut reply: ToolReply) -> ToolReply {
        if reply.labels().is_empty() {
            return reply;
        }
        let keeper = self.clone();
        let work = move || {
            keeper.keep_all(&mut reply.blocks);
            reply
        };
        // The closure does not panic; without a runtime there is nobody to answer.
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or(ToolReply {
                blocks: Vec::new(),
                structured: None,
                is_error: true,
            })
    }

    fn keep_all(&self, blocks: &mut [Block]) {
        let mut kept = 0;
        for block in blocks {
            let Block::Other(attachment) = block else {
                continue;
            };
            if let Some(payload) = attachment.payload.take() {
                attachment.kept = if kept == IN_ANSWER {
                    Kept::Refused(format!("an answer may hold {IN_ANSWER}"))
                } else {
                    kept += 1;
                    self.keep_one(attachment, &payload)
                };
            }
        }
    }

    fn keep_one(&self, attachment: &Attachment, payload: &Payload) -> Kept {
        if payload.0.len() > LARGEST {
            return Kept::Refused(format!("it is over {} MB", LARGEST / 1024 / 1024));
        }
        let hash = Sha256::digest(&payload.0);
        let name = format!("{hash:x}.{}", ending(attachment));
        match self.write(&name, &payload.0) {
            Ok(true) => Kept::At(self.shown.join(name).display().to_string()),
            Ok(false) => Kept::Refused(format!(
                "{} is full ({} MB); delete what is not needed",
                self.shown.display(),
                self.most / 1024 / 1024
            )),
            Err(error) => Kept::Refused(error.to_string()),
        }
    }

    /// Whether there was room for it.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<bool> {
        let path = self.folder.join(name);
        if path.exists() {
            return Ok(true);
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let mut used = 0;
        for entry in fs::read_dir(&self.folder)? {
            used += entry?.metadata()?.len();
        }
        if used + bytes.len() as u64 > self.most {
            return Ok(false);
        }
        // A name of its own, so that two that write the same do not meet.
        let draft = self
            .folder
            .join(format!("{name}.{:08x}.tmp", fastrand::u32(..)));
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&draft, &path));
        if written.is_err() {
            drop(fs::remove_file(&draft));
        }
        written.map(|()| true)
    }
}

/// The ending of the file for a type that is known.
fn ending(attachment: &Attachment) -> &'static str {
    let mime = attachment.mime.as_deref().unwrap_or_default();
    match mime.split(';').next().unwrap_or_default().trim() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "audio/wav" | "audio/x-wav" => "wav",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "application/pdf" => "pdf",
        "application/json" => "json",
        "application/gzip" => "gz",
        "text/markdown" => "md",
        "text/plain" => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use pretty_assertions::assert_eq;

    use super::{Attachments, IN_ANSWER};
    use crate::mcp::{Attachment, Block, Kept, Payload, ToolReply};

    fn reply(contents: &[&[u8]]) -> ToolReply {
        let blocks = contents.iter().map(|bytes| {
            Block::Other(Box::new(Attachment {
                kind: "image".to_owned(),
                mime: Some("image/png".to_owned()),
                bytes: bytes.len(),
                name: Some("../../../etc/passwd".to_owned()),
                uri: None,
                payload: Some(Payload(bytes.to_vec())),
                kept: Kept::No,
            }))
        });
        ToolReply {
            blocks: blocks.collect(),
            structured: None,
            is_error: false,
        }
    }

    #[tokio::test]
    async fn contents_are_kept_once_by_their_hash_for_the_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let room = home.path().join(".synod");
        let attachments = Attachments::new(&room);
        let reply = attachments.keep(reply(&[b"abc", b"abc"])).await;
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let label = format!(
            "[image \"../../../etc/passwd\" image/png, 3 B: .synod/attachments/{hash}.png]"
        );
        assert_eq!(reply.labels(), [label.clone(), label.clone()]);
        assert_eq!(reply.text(), format!("{label}\n{label}"));
        let folder = room.join("attachments");
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(fs::read(files[0].path()).unwrap(), b"abc");
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&files[0].path()) & 0o777, 0o600);
        assert_eq!(mode(&folder) & 0o777, 0o700);
    }

    #[tokio::test]
    async fn the_folder_and_the_answer_are_bounded() {
        let home = tempfile::tempdir().unwrap();
        let mut attachments = Attachments::new(home.path());
        attachments.most = 5;
        let kept = attachments.keep(reply(&[b"abcd", b"efgh"])).await.labels();
        assert!(kept[0].contains("attachments/"), "{kept:?}");
        assert!(
            kept[1].contains("not kept") && kept[1].contains("is full"),
            "{kept:?}"
        );

        attachments.most = 1_000;
        let many: Vec<Vec<u8>> = (0..=IN_ANSWER).map(|n| vec![1; n + 5]).collect();
        let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
        let kept = attachments.keep(reply(&many)).await.labels();
        let refused = kept.iter().filter(|label| label.contains("not kept"));
        assert_eq!(refused.count(), 1);
        assert!(
            kept[IN_ANSWER].contains("an answer may hold 16"),
            "{kept:?}"
        );
    }
}
