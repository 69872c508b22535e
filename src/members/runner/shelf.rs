//! What servers offer beside their tools, kept current while they run, and the way to ask them for
//! it: the first server of each member, the servers of tools, and the hub.
//!
//! One task a server looks at its connection, as long as there is one, and never starts a server. A
//! wish does: whoever wants something of a resting server wakes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::offered::{TITLE_MAX, WORDS_MAX, prompt, resource, spoken, text};
use crate::core::offering::{FOLLOWED_MAX, PROMPTS_MAX};
use crate::core::text::one_line;
use crate::core::{Granted, Offerer, Offerings, ResourceOffer, Resources, Wish};
use crate::mcp::{CallError, Connection, Health, News, Subscribed, Supervisor};

/// How long a wish may take, the start of its server included.
const GRANT_WITHIN: Duration = Duration::from_mins(1);
/// The least time between two looks at a server that has news all the time.
const PAUSE: Duration = Duration::from_millis(500);
/// How many resources are shown.
const RESOURCES_MAX: usize = 1_000;

/// Why a wish was not granted. May hold words of the server, which are untrusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ungranted {
    /// There is no such server here.
    #[error("{from} has no server in this room")]
    NoServer {
        /// Who.
        from: Offerer,
    },
    /// The server does not offer such a thing.
    #[error("{} offers no {what}", from.server())]
    NotOffered {
        /// Whose server.
        from: Offerer,
        /// What is not there.
        what: &'static str,
    },
    /// So many are followed already.
    #[error("{FOLLOWED_MAX} resources of {from} are followed already: follow one of them no more")]
    TooMany {
        /// Whose.
        from: Offerer,
    },
    /// It took too long.
    #[error("{} did not answer within {} s", from.server(), GRANT_WITHIN.as_secs())]
    TooLate {
        /// Whose server.
        from: Offerer,
    },
    /// It failed.
    #[error("{from}: {why}")]
    Failed {
        /// Whose server.
        from: Offerer,
        /// What happened, in one line.
        why: String,
    },
}

/// A way to what the servers offer; cheap to clone. It keeps no server alive.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    offerings: watch::Sender<Offerings>,
    servers: Mutex<BTreeMap<Offerer, Weak<Supervisor>>>,
}

impl Shelf {
    /// What is offered, as soon as it is other than at this revision. Waits for ever where nothing
    /// changes any more.
    pub async fn after(&self, revision: u64) -> Offerings {
        let mut seen = self.0.offerings.subscribe();
        let news = seen.wait_for(|now| now.revision() != revision).await;
        // The sender lives in `self`.
        news.map_or_else(|_| Offerings::default(), |now| now.clone())
    }

    /// Asks a member's server for something. Dropping the future takes the question back.
    pub async fn grant(&self, from: &Offerer, wish: Wish) -> Result<Granted, Ungranted> {
        let late = || Ungranted::TooLate { from: from.clone() };
        let granting = timeout(GRANT_WITHIN, self.granted(from, wish));
        granting.await.unwrap_or_else(|_| Err(late()))
    }

    /// A server is there.
    pub(super) fn enter(&self, from: &Offerer, server: Weak<Supervisor>) {
        self.servers().insert(from.clone(), server);
        self.0
            .offerings
            .send_modify(|offerings| offerings.enter(from.clone()));
    }

    /// A server is gone for good.
    pub(super) fn leave(&self, from: &Offerer) {
        self.servers().remove(from);
        self.0
            .offerings
            .send_modify(|offerings| offerings.leave(from));
    }

    /// Whether somebody waits for news of one of its resources.
    pub(super) fn is_followed(&self, from: &Offerer) -> bool {
        let resources = self.resources(from).unwrap_or_default();
        !resources.followed.is_empty()
    }

    /// Keeps what a server offers current until its supervisor is gone.
    pub(super) async fn keep(
        self,
        from: Offerer,
        mut present: watch::Receiver<Option<Connection>>,
    ) {
        let open = |found: &Option<Connection>| found.as_ref().is_some_and(|it| !it.is_closed());
        loop {
            let Ok(connection) = present.wait_for(open).await.map(|found| found.clone()) else {
                return;
            };
            if let Some(connection) = connection {
                tokio::select! {
                    () = connection.closed() => {}
                    () = self.attend(&from, &connection) => {}
                }
            }
        }
    }

    /// Notes what is wrong with a server, until its supervisor is gone.
    pub(super) async fn watch(self, from: Offerer, mut health: watch::Receiver<Health>) {
        loop {
            let trouble = match &*health.borrow_and_update() {
                // Whether it will be there is not known yet.
                Health::Starting => None,
                Health::Stopped | Health::Ready { .. } => Some(None),
                Health::Restarting { why, .. }
                | Health::BreakerOpen { why, .. }
                | Health::Failed { why } => Some(Some(one_line(why, WORDS_MAX))),
            };
            if let Some(trouble) = trouble {
                self.change(&from, |offering| offering.trouble = trouble);
            }
            if health.changed().await.is_err() {
                return;
            }
        }
    }

    /// Looks at one connection as long as it has news.
    async fn attend(&self, from: &Offerer, connection: &Connection) {
        let mut news = connection.news();
        let mut seen = news.borrow_and_update().clone();
        self.list_prompts(from, connection).await;
        self.take_up(from, connection).await;
        while news.changed().await.is_ok() {
            let now = news.borrow_and_update().clone();
            if now.prompts != seen.prompts {
                self.list_prompts(from, connection).await;
            }
            self.hear(from, &seen, &now);
            seen = now;
            sleep(PAUSE).await;
        }
    }

    async fn list_prompts(&self, from: &Offerer, connection: &Connection) {
        let (prompts, more) = match connection.prompts().await {
            Ok(listed) => {
                let more = listed.len() > PROMPTS_MAX;
                let listed = listed.into_iter().take(PROMPTS_MAX);
                (listed.filter_map(prompt).collect(), more)
            }
            Err(error) => {
                tracing::warn!(%from, %error, "its prompts could not be listed");
                return;
            }
        };
        self.change(from, |offering| {
            offering.prompts = prompts;
            offering.more = more;
            offering.completes = connection.abilities().completions;
        });
    }

    /// Notes what there is of resources, and follows again what was followed before.
    async fn take_up(&self, from: &Offerer, connection: &Connection) {
        let abilities = connection.abilities();
        let before = self.resources(from).unwrap_or_default();
        let mut lost = BTreeSet::new();
        for uri in before.followed.keys().filter(|_| abilities.subscriptions) {
            match connection.subscribe(uri).await {
                Ok(Subscribed::Yes) => {}
                Ok(Subscribed::NotOffered) => drop(lost.insert(uri)),
                Err(error) => {
                    tracing::warn!(%from, %error, "a resource is not followed any more");
                    lost.insert(uri);
                }
            }
        }
        self.change(from, |offering| {
            let now = offering.resources.take().unwrap_or_default();
            offering.resources = abilities.resources.then(|| ResourceOffer {
                can_follow: abilities.subscriptions,
                lists: now.lists + 1,
                followed: if abilities.subscriptions {
                    taken_up(&before.followed, &lost, now.followed)
                } else {
                    BTreeMap::new()
                },
            });
        });
    }

    /// Counts what has changed between two looks.
    fn hear(&self, from: &Offerer, seen: &News, now: &News) {
        self.change(from, |offering| {
            let Some(resources) = &mut offering.resources else {
                return;
            };
            resources.lists += now.resources - seen.resources;
            let fresh = now.updated.iter().filter(|it| it.number > seen.updates);
            for update in fresh {
                if let Some(count) = resources.followed.get_mut(&update.uri) {
                    *count += 1;
                }
            }
        });
    }

    fn change(&self, from: &Offerer, change: impl FnOnce(&mut crate::core::Offering)) {
        self.0
            .offerings
            .send_if_modified(|offerings| offerings.change(from, change));
    }

    fn servers(&self) -> MutexGuard<'_, BTreeMap<Offerer, Weak<Supervisor>>> {
        let servers = self.0.servers.lock();
        servers.unwrap_or_else(PoisonError::into_inner)
    }

    fn resources(&self, from: &Offerer) -> Option<ResourceOffer> {
        self.0.offerings.borrow().of(from)?.resources.clone()
    }

    async fn granted(&self, from: &Offerer, wish: Wish) -> Result<Granted, Ungranted> {
        let failed = |error: &dyn std::fmt::Display| Ungranted::Failed {
            from: from.clone(),
            why: one_line(&error.to_string(), WORDS_MAX),
        };
        let server = self.servers().get(from).and_then(Weak::upgrade);
        let server = server.ok_or_else(|| Ungranted::NoServer { from: from.clone() })?;
        let mut again = true;
        loop {
            let connection = server.get().await.map_err(|error| failed(&error))?;
            if let Some(what) = missing(&connection, &wish) {
                let from = from.clone();
                return Err(Ungranted::NotOffered { from, what });
            }
            self.has_room(from, &wish)?;
            match self.ask(from, &connection, &wish).await {
                Ok(granted) => return Ok(granted),
                // It was just being put to rest or started again: nothing is done by asking twice.
                Err(CallError::Unsent { .. } | CallError::Closed { .. }) if again => again = false,
                Err(error) => return Err(failed(&error)),
            }
        }
    }

    /// Whether one more can be followed, where that is the wish.
    fn has_room(&self, from: &Offerer, wish: &Wish) -> Result<(), Ungranted> {
        let followed = self.resources(from).unwrap_or_default().followed;
        match wish {
            Wish::Follow { uri } if followed.len() < FOLLOWED_MAX || followed.contains_key(uri) => {
                Ok(())
            }
            Wish::Follow { .. } => Err(Ungranted::TooMany { from: from.clone() }),
            Wish::Prompt { .. }
            | Wish::Complete { .. }
            | Wish::Resources
            | Wish::Read { .. }
            | Wish::Unfollow { .. } => Ok(()),
        }
    }

    async fn ask(
        &self,
        from: &Offerer,
        connection: &Connection,
        wish: &Wish,
    ) -> Result<Granted, CallError> {
        Ok(match wish {
            Wish::Prompt { name, arguments } => {
                Granted::Text(spoken(&connection.prompt(name, arguments).await?))
            }
            Wish::Complete {
                name,
                argument,
                typed,
                others,
            } => {
                let words = connection.complete(name, argument, typed, others).await?;
                let short = words.into_iter().filter(|word| word.len() <= TITLE_MAX);
                Granted::Words(short.collect())
            }
            Wish::Resources => {
                let listed = connection.resources().await?;
                let more = listed.len() >= RESOURCES_MAX;
                let kept = listed.into_iter().take(RESOURCES_MAX);
                Granted::Resources(Resources {
                    kept: kept.filter_map(resource).collect(),
                    more,
                })
            }
            Wish::Read { uri } => Granted::Text(text(&connection.read_resource(uri).await?)),
            Wish::Follow { uri } => {
                if connection.subscribe(uri).await? == Subscribed::NotOffered {
                    return Err(CallError::Rpc {
                        server: from.to_string(),
                        code: 0,
                        message: "it does not tell of changes to this resource".to_owned(),
                    });
                }
                self.follow(from, |followed| {
                    followed.entry(uri.clone()).or_default();
                });
                Granted::Followed
            }
            Wish::Unfollow { uri } => {
                connection.unsubscribe(uri).await?;
                self.follow(from, |followed| {
                    followed.remove(uri);
                });
                Granted::Unfollowed
            }
        })
    }

    fn follow(&self, from: &Offerer, change: impl FnOnce(&mut BTreeMap<String, u64>)) {
        self.change(from, |offering| {
            if let Some(resources) = &mut offering.resources {
                change(&mut resources.followed);
            }
        });
    }
}

/// What is followed after a new start of the server. What somebody began or ceased to follow while
/// the server was asked for the rest stays as it is `now`.
fn taken_up(
    before: &BTreeMap<String, u64>,
    lost: &BTreeSet<&String>,
    mut now: BTreeMap<String, u64>,
) -> BTreeMap<String, u64> {
    now.retain(|uri, _| !lost.contains(uri));
    for (uri, updates) in &mut now {
        // It may have changed while nobody listened.
        *updates += u64::from(before.contains_key(uri));
    }
    now
}

/// What the server would have to offer for a wish, when it does not.
fn missing(connection: &Connection, wish: &Wish) -> Option<&'static str> {
    let abilities = connection.abilities();
    let (offered, what) = match wish {
        Wish::Prompt { .. } | Wish::Complete { .. } => (abilities.prompts, "prompts"),
        Wish::Resources | Wish::Read { .. } => (abilities.resources, "resources"),
        Wish::Follow { .. } | Wish::Unfollow { .. } => {
            (abilities.subscriptions, "news of its resources")
        }
    };
    (!offered).then_some(what)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use pretty_assertions::assert_eq;

    use super::{Shelf, taken_up};
    use crate::core::fixture::name;
    use crate::core::{Offerer, ResourceOffer, Wish};
    use crate::mcp::{Health, News, Update};
    use std::sync::Weak;
    use std::time::Duration;
    use tokio::sync::watch;

    #[test]
    fn a_new_start_of_the_server_loses_nothing_that_is_followed_meanwhile() {
        let counts = |of: &[(&str, u64)]| -> BTreeMap<String, u64> {
            of.iter().map(|(uri, n)| ((*uri).to_owned(), *n)).collect()
        };
        let before = counts(&[("kept", 2), ("refused", 1), ("let go", 0)]);
        let refused = "refused".to_owned();
        let now = counts(&[("kept", 2), ("refused", 1), ("new", 0)]);
        assert_eq!(
            taken_up(&before, &BTreeSet::from([&refused]), now),
            counts(&[("kept", 3), ("new", 0)])
        );
    }

    #[tokio::test]
    async fn a_server_that_does_not_start_is_told_until_it_is_there() {
        let (shelf, docs) = (Shelf::default(), Offerer::Server("docs".to_owned()));
        shelf.enter(&docs, Weak::new());
        let (health, seen) = watch::channel(Health::Starting);
        let mut watching = tokio::task::JoinSet::new();
        watching.spawn(shelf.clone().watch(docs.clone(), seen));
        let failed = Health::Restarting {
            pause: Duration::from_secs(1),
            why: "no such\nprogram".to_owned(),
        };
        health.send_replace(failed);
        let now = shelf.after(1).await;
        let trouble = now.of(&docs).unwrap().trouble.as_deref();
        assert_eq!(trouble, Some("no such program"));
        let ready = Health::Ready {
            protocol: "2025-06-18".to_owned(),
            pid: None,
        };
        health.send_replace(ready);
        let now = shelf.after(now.revision()).await;
        assert_eq!(now.of(&docs).unwrap().trouble, None);
        drop(health);
        watching.join_next().await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn only_what_is_followed_is_counted_and_nobody_is_asked_who_is_not_there() {
        let (shelf, codex) = (Shelf::default(), Offerer::Member(name("codex")));
        let wish = shelf.grant(&codex, Wish::Resources).await;
        assert_eq!(
            wish.unwrap_err().to_string(),
            "@codex has no server in this room"
        );
        shelf
            .0
            .offerings
            .send_modify(|offerings| offerings.enter(codex.clone()));
        shelf.change(&codex, |offering| {
            offering.resources = Some(ResourceOffer {
                can_follow: true,
                lists: 1,
                followed: [("a".to_owned(), 0), ("b".to_owned(), 0)].into(),
            });
        });
        let update = |uri: &str, number| Update {
            uri: uri.to_owned(),
            number,
        };
        let seen = News {
            updates: 4,
            ..News::default()
        };
        let now = News {
            resources: 2,
            updates: 7,
            updated: [update("b", 3), update("a", 6), update("c", 7)].into(),
            ..News::default()
        };
        shelf.hear(&codex, &seen, &now);
        let told = shelf.after(0).await;
        let resources = told.of(&codex).unwrap().resources.as_ref().unwrap();
        assert_eq!(resources.lists, 3);
        assert_eq!(told.updates(&codex, "a"), Some(1));
        assert_eq!(told.updates(&codex, "b"), Some(0));
        assert_eq!(told.updates(&codex, "c"), None);
    }
}
