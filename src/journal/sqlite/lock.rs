//! The one owner of a room: an advisory lock on `room.lock`, which names the owner for others.
//!
//! The system lets go of the lock when the process ends, however it ends; so the file itself is
//! never removed and says nothing when the lock is free.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::{OpenError, sort_io};

/// Ownership of a room, for as long as this value lives.
#[derive(Debug)]
pub(super) struct RoomLock {
    _file: File,
}

impl RoomLock {
    /// Takes the room in `dir`, or says who has it.
    pub(super) fn take(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join("room.lock");
        let failed = |error: &std::io::Error| sort_io(error, &path);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| failed(&error))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(OpenError::Owned {
                    dir: dir.to_owned(),
                    pid: owner(&mut file),
                });
            }
            Err(errno) => return Err(failed(&errno.into())),
        }
        let sign = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        sign(&mut file).map_err(|error| failed(&error))?;
        Ok(Self { _file: file })
    }
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
