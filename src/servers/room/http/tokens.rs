//! The tokens by which callers are told apart, and the file in which they stand for those who may know them.
//!
//! They are made anew at each start of a room. **Invariant:** a token is in that file and in the requests of those
//! who read it, and where the room itself connects a member that is handed it, and in nothing else: no log, no error,
//! no journal, no debug output.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::EndpointError;
use crate::core::MemberName;
use crate::servers::room::caller::Caller;

/// Bytes of chance in a token.
const BYTES: usize = 32;
/// The name of the file in the room's folder.
const FILE: &str = "room.tokens";

/// A secret word, as lower-case hexadecimal digits.
struct Token(String);

impl Token {
    fn random() -> Result<Self, EndpointError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| EndpointError::Chance(error.to_string()))?;
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let digits = bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        Ok(Self(digits.collect()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Everyone who has a token.
#[derive(Debug)]
pub(super) struct Tokens(Vec<(Token, Caller)>);

/// The file as written.
#[derive(Serialize)]
struct Written<'a> {
    url: &'a str,
    operator: &'a str,
    members: BTreeMap<&'a str, &'a str>,
}

/// What everyone may know of the file.
#[derive(Deserialize)]
struct Told {
    url: String,
}

impl Tokens {
    /// One for the operator and one for each of these.
    pub(super) fn new(
        members: impl IntoIterator<Item = MemberName>,
    ) -> Result<Self, EndpointError> {
        let members = members.into_iter().map(Caller::Member);
        let all = std::iter::once(Caller::Operator).chain(members);
        let all = all.map(|caller| Ok((Token::random()?, caller)));
        all.collect::<Result<_, _>>().map(Self)
    }

    /// Whose token this is. All are compared to the end, so that the time tells nothing of any.
    pub(super) fn holder(&self, shown: &[u8]) -> Option<&Caller> {
        let mut holder = None;
        for (token, caller) in &self.0 {
            if bool::from(token.0.as_bytes().ct_eq(shown)) {
                holder = Some(caller);
            }
        }
        holder
    }

    /// The token of a member.
    pub(super) fn of(&self, member: &MemberName) -> Option<&str> {
        let is_theirs = |caller: &Caller| matches!(caller, Caller::Member(name) if name == member);
        let mut all = self.0.iter();
        all.find_map(|(Token(token), caller)| is_theirs(caller).then_some(token.as_str()))
    }

    fn written(&self, url: &str) -> serde_json::Result<String> {
        let mut written = Written {
            url,
            operator: "",
            members: BTreeMap::new(),
        };
        for (Token(token), caller) in &self.0 {
            match caller {
                Caller::Operator => written.operator = token,
                Caller::Member(name) => drop(written.members.insert(name.as_str(), token)),
                Caller::Unnamed => {}
            }
        }
        serde_json::to_string_pretty(&written)
    }
}

/// The file, as long as this is held.
#[derive(Debug)]
pub(super) struct TokenFile(PathBuf);

impl TokenFile {
    /// Writes the file into a room's folder, whole or not at all; only the user may read it.
    pub(super) fn write(room: &Path, url: &str, tokens: &Tokens) -> Result<Self, EndpointError> {
        let path = room.join(FILE);
        let written = || -> std::io::Result<()> {
            fs::create_dir_all(room)?;
            fs::set_permissions(room, Permissions::from_mode(0o700))?;
            let mut file = tempfile::Builder::new()
                .permissions(Permissions::from_mode(0o600))
                .tempfile_in(room)?;
            writeln!(file, "{}", tokens.written(url)?)?;
            file.persist(&path)?;
            Ok(())
        };
        match written() {
            Ok(()) => Ok(Self(path)),
            Err(why) => Err(EndpointError::File { path, why }),
        }
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// Removes the file of a room that was killed.
pub fn forget(room: &Path) {
    drop(fs::remove_file(room.join(FILE)));
}

/// Where the room of this folder listens for clients of MCP, if it does. The room is known to run.
#[must_use]
pub fn listens_at(room: &Path) -> Option<String> {
    let text = fs::read_to_string(room.join(FILE)).ok()?;
    let Told { url } = serde_json::from_str(&text).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use serde_json::Value;

    use super::{TokenFile, Tokens, listens_at};
    use crate::core::MemberName;
    use crate::servers::room::caller::Caller;

    fn tokens() -> Tokens {
        let names = ["ann", "ben"].map(|name| MemberName::new(name).unwrap());
        Tokens::new(names).unwrap()
    }

    #[test]
    fn the_file_is_for_the_user_alone_and_goes_with_the_room() {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join(".synod");
        std::fs::create_dir(&room).unwrap();
        std::fs::set_permissions(&room, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = room.join("room.tokens");
        std::fs::write(&path, "one that was left").unwrap();
        let tokens = tokens();
        let file = TokenFile::write(&room, "http://127.0.0.1:1/mcp", &tokens).unwrap();
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&room), mode(&path)), (0o700, 0o600));
        assert_eq!(std::fs::read_dir(&room).unwrap().count(), 1);
        assert_eq!(listens_at(&room).unwrap(), "http://127.0.0.1:1/mcp");

        let told: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let ann = MemberName::new("ann").unwrap();
        for (token, caller) in [
            (&told["operator"], Caller::Operator),
            (&told["members"]["ann"], Caller::Member(ann)),
        ] {
            let token = token.as_str().unwrap();
            assert_eq!(token.len(), 64, "256 bits");
            assert_eq!(tokens.holder(token.as_bytes()), Some(&caller));
            assert!(!format!("{tokens:?}{file:?}").contains(token));
        }
        assert_eq!(told["members"].as_object().unwrap().len(), 2);
        drop(file);
        assert!(!path.exists());
        assert_eq!(listens_at(&room), None);
    }

    #[test]
    fn each_room_and_each_caller_has_another_token_and_nothing_else_opens() {
        let (one, other) = (tokens(), tokens());
        for (index, (token, caller)) in one.0.iter().enumerate() {
            assert_eq!(one.holder(token.0.as_bytes()), Some(caller));
            assert_eq!(other.holder(token.0.as_bytes()), None);
            let before = one.0.iter().take(index);
            assert!(before.into_iter().all(|(earlier, _)| earlier.0 != token.0));
            let (cut, _) = token.0.split_at(63);
            assert_eq!(one.holder(cut.as_bytes()), None);
        }
        assert_eq!(one.holder(b""), None);
    }
}
