//! The room's folder: who may enter and write it, how much fits on the disk and how fast it is made
//! durable, where the room listens, and whether git passes over it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use crate::cli::doctor::fix::{Finding, Remedy};
use crate::cli::project::Project;
use crate::core::{Aspect, Check};
use crate::hub::exclude::is_excluded;

/// Below this the journal will soon be full.
const DISK_LOW: u64 = 256 * 1024 * 1024;
/// A disk that takes longer makes every step of the room wait for it.
const FSYNC_SLOW: Duration = Duration::from_millis(50);
/// How often it is measured; the middle one counts.
const FSYNC_TIMES: usize = 5;

/// Everything that can be told without a server. Blocks for some milliseconds.
pub(super) fn findings(project: &Project) -> Vec<Finding> {
    let mut all = vec![write(project)];
    let room = &project.room;
    let place = if room.is_dir() { room } else { &project.root };
    if all.iter().all(|one| one.check.fix.is_none()) {
        all.push(space(place).into());
        all.push(fsync(place).into());
    }
    all.extend(modes(room));
    all.push(socket(project));
    all.extend(git(project));
    all
}

fn write(project: &Project) -> Finding {
    let room = &project.room;
    let shown = room.display();
    if room.exists() && !room.is_dir() {
        return Check::failed(
            Aspect::Write,
            format!("{shown} is no folder"),
            "a room keeps its journal there: move it aside, or use --project with another folder",
        )
        .into();
    }
    let existing = if room.exists() { room } else { &project.root };
    if rustix::fs::access(existing, rustix::fs::Access::WRITE_OK).is_err() {
        return Check::failed(
            Aspect::Write,
            format!("{} cannot be written", existing.display()),
            format!(
                "chmod u+w '{}', or use --project with another folder",
                existing.display()
            ),
        )
        .into();
    }
    if room.exists() {
        return Check::ok(Aspect::Write, shown.to_string()).into();
    }
    Check::ok(Aspect::Write, format!("{shown} will be made with the room")).into()
}

fn space(place: &Path) -> Check {
    const FREE: &str = "free some space: a room stops when its journal cannot be written";
    let Ok(disk) = rustix::fs::statvfs(place) else {
        return Check::skipped(Aspect::Space, "the system does not tell");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let mib = free / 1024 / 1024;
    if free < DISK_LOW {
        Check::warning(Aspect::Space, format!("{mib} MiB free"), FREE)
    } else if mib < 10 * 1024 {
        Check::ok(Aspect::Space, format!("{mib} MiB free"))
    } else {
        Check::ok(Aspect::Space, format!("{} GiB free", mib / 1024))
    }
}

fn fsync(place: &Path) -> Check {
    let measured: std::io::Result<Vec<Duration>> = (0..FSYNC_TIMES)
        .map(|_| {
            let mut file = tempfile::NamedTempFile::new_in(place)?;
            let start = Instant::now();
            file.write_all(&[0; 4096])?;
            file.as_file().sync_all()?;
            Ok(start.elapsed())
        })
        .collect();
    match measured {
        Ok(mut times) => {
            times.sort_unstable();
            judge_fsync(times.get(FSYNC_TIMES / 2).copied().unwrap_or_default())
        }
        Err(error) => Check::failed(
            Aspect::Fsync,
            format!(
                "a file in {} cannot be made durable: {error}",
                place.display()
            ),
            "use --project with a folder on a local disk",
        ),
    }
}

fn judge_fsync(took: Duration) -> Check {
    let detail = format!(
        "{:.1} ms until a write is durable",
        took.as_secs_f64() * 1e3
    );
    if took > FSYNC_SLOW {
        Check::warning(
            Aspect::Fsync,
            detail,
            "every step waits for it: keep the project on a local disk",
        )
    } else {
        Check::ok(Aspect::Fsync, detail)
    }
}

fn modes(room: &Path) -> Option<Finding> {
    let meta = fs::metadata(room).ok().filter(fs::Metadata::is_dir)?;
    let ours = rustix::process::geteuid().as_raw();
    let mode = meta.permissions().mode() & 0o7777;
    if meta.uid() != ours {
        let check = Check::failed(
            Aspect::Modes,
            format!("{} belongs to another user", room.display()),
            format!("sudo chown -R $(id -u) '{}'", room.display()),
        );
        return Some(check.into());
    }
    if mode.trailing_zeros() >= 6 {
        return Some(Check::ok(Aspect::Modes, format!("for you alone ({mode:04o})")).into());
    }
    let check = Check::warning(
        Aspect::Modes,
        format!("others may look into it ({mode:04o})"),
        format!("chmod 700 '{}'", room.display()),
    );
    Some(Finding {
        check: check.safe(),
        remedy: Some(Remedy::Chmod {
            path: room.to_owned(),
            mode: 0o700,
        }),
    })
}

fn socket(project: &Project) -> Finding {
    let path = &project.socket;
    let shown = path.display();
    let length = path.as_os_str().len();
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.file_type().is_socket() => Check::failed(
            Aspect::Socket,
            format!("{shown} is no socket"),
            format!("move it aside: mv '{shown}' '{shown}.old'"),
        )
        .into(),
        Ok(_) if !is_alive(path) => {
            let check = Check::warning(
                Aspect::Socket,
                "left over by a room that has ended; nobody listens",
                format!("rm '{shown}'"),
            );
            Finding {
                check: check.safe(),
                remedy: Some(Remedy::RemoveSocket {
                    path: path.clone(),
                    room: project.room.clone(),
                }),
            }
        }
        Ok(_) | Err(_) if path.starts_with(&project.room) => {
            Check::ok(Aspect::Socket, format!("path of {length} bytes")).into()
        }
        Ok(_) | Err(_) => Check::ok(
            Aspect::Socket,
            format!("{shown}, as the project's path is too long for one"),
        )
        .into(),
    }
}

/// Whether somebody listens at a socket.
pub(super) fn is_alive(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

fn git(project: &Project) -> Option<Finding> {
    match is_excluded(&project.root) {
        Ok(None) => None,
        Ok(Some(true)) => Some(Check::ok(Aspect::Git, "passes over .synod/ and .serena/").into()),
        Ok(Some(false)) => {
            let check = Check::warning(
                Aspect::Git,
                "would take the room's files for part of the project",
                "add .synod/ and .serena/ to .git/info/exclude",
            );
            Some(Finding {
                check: check.safe(),
                remedy: Some(Remedy::Exclude {
                    project: project.root.clone(),
                }),
            })
        }
        Err(error) => Some(
            Check::warning(
                Aspect::Git,
                format!(".git/info/exclude cannot be read: {error}"),
                "make it readable for you",
            )
            .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;
    use std::time::Duration;

    use super::{findings, judge_fsync};
    use crate::cli::doctor::fix::Finding;
    use crate::cli::project::Project;
    use crate::core::{Aspect, CheckState};

    fn project(home: &std::path::Path) -> Project {
        Project {
            root: home.to_owned(),
            room: home.join(".synod"),
            socket: home.join(".synod/room.sock"),
        }
    }

    fn of(found: &[Finding], aspect: Aspect) -> &Finding {
        found
            .iter()
            .find(|one| one.check.aspect == aspect)
            .unwrap_or_else(|| panic!("nothing about {}", aspect.word()))
    }

    #[test]
    fn a_fresh_project_is_well() {
        let home = tempfile::tempdir().unwrap();
        let found = findings(&project(home.path()));
        assert!(found.iter().all(|one| one.check.state == CheckState::Ok));
        assert!(found.iter().all(|one| one.remedy.is_none()));
        assert!(found.iter().all(|one| one.check.aspect != Aspect::Git));
    }

    #[test]
    fn what_is_wrong_with_a_folder_is_found_and_can_be_mended() {
        let home = tempfile::tempdir().unwrap();
        let project = project(home.path());
        fs::create_dir_all(&project.room).unwrap();
        fs::create_dir_all(home.path().join(".git/info")).unwrap();
        fs::set_permissions(&project.room, fs::Permissions::from_mode(0o755)).unwrap();
        drop(UnixListener::bind(&project.socket).unwrap());
        let found = findings(&project);
        for aspect in [Aspect::Modes, Aspect::Socket, Aspect::Git] {
            let one = of(&found, aspect);
            assert_eq!(one.check.state, CheckState::Warning, "{aspect:?}");
            assert!(one.check.fix.as_ref().unwrap().safe, "{aspect:?}");
        }
        let mended: Vec<_> = found.iter().filter_map(|one| one.remedy.as_ref()).collect();
        assert_eq!(mended.len(), 3);
        for remedy in mended {
            remedy.apply().unwrap().unwrap();
        }
        let again = findings(&project);
        assert!(again.iter().all(|one| one.check.state == CheckState::Ok));
    }

    #[test]
    fn a_socket_that_somebody_listens_at_stays() {
        let home = tempfile::tempdir().unwrap();
        let project = project(home.path());
        fs::create_dir_all(&project.room).unwrap();
        let _listener = UnixListener::bind(&project.socket).unwrap();
        let found = findings(&project);
        assert_eq!(of(&found, Aspect::Socket).check.state, CheckState::Ok);
    }

    #[test]
    fn a_file_in_the_place_of_the_room_is_no_place_to_write() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(".synod"), "").unwrap();
        let found = findings(&project(home.path()));
        let one = of(&found, Aspect::Write);
        assert_eq!(one.check.state, CheckState::Failed);
        assert!(one.remedy.is_none());
    }

    #[test]
    fn a_slow_disk_is_told_of() {
        assert_eq!(judge_fsync(Duration::from_millis(3)).state, CheckState::Ok);
        let slow = judge_fsync(Duration::from_millis(51));
        assert_eq!(slow.state, CheckState::Warning);
        assert!(slow.detail.starts_with("51.0 ms"), "{}", slow.detail);
    }
}
