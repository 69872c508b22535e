//! The sessions of one agent process: begun, taken up, set to a mode and a model. Whoever holds a
//! [`Seat`] is the only one that prompts in its session.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use super::agent::{Ability, Agent};
use super::handed::Kit;
use super::link::Link;
use super::turn::Order;
use super::{LOGIN_NEEDED, SESSION_LOST};
use crate::core::text::clipped;
use crate::mcp::{CallError, Handover};

/// How long an agent may take to begin or take up a session: one starts a process for it.
const WITHIN: Duration = Duration::from_secs(30);
/// How long an agent may go on telling the history of a session after it says that it is loaded.
const SETTLE: Duration = Duration::from_millis(1500);
/// How long an agent may take to let go of a session that it has closed: the pauses before it is asked
/// again.
const LET_GO: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// Sessions that are remembered as open; the agent itself forgets none.
const OPEN_MAX: usize = 4096;

/// The open sessions of one agent process.
#[derive(Debug, Default)]
pub(super) struct Book {
    open: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Sitting>>>>,
}

/// What is known of an open session.
#[derive(Debug)]
pub(super) struct Sitting {
    pub(super) id: String,
    /// Its last turn was cancelled or failed: one agent answers the next prompt with what belonged to
    /// that turn, and gives each later prompt the answer to the one before, until the session is closed
    /// and taken up again.
    pub(super) doubtful: bool,
    mode: Option<Choice>,
    model: Option<Choice>,
    /// What it was begun or taken up with.
    settings: Value,
    pub(super) kit: Kit,
    /// What it has cost since this process has it, in US dollars, where the agent says so; none where it
    /// is not known from when on it counts.
    pub(super) spent: Option<f64>,
}

impl Sitting {
    /// A session as the agent tells of it when it is begun or taken up.
    fn new(id: &str, facts: &Value, order: &Order, kit: Kit) -> Self {
        Self {
            id: id.to_owned(),
            doubtful: false,
            mode: choice(facts, "mode"),
            model: choice(facts, "model"),
            settings: order.settings.clone(),
            kit,
            spent: order.session.is_none().then_some(0.0),
        }
    }
}

impl Sitting {
    /// Takes in what the agent says of the session's settings: it may change them by itself.
    pub(super) fn hear(&mut self, update: &Value) {
        let text = |key: &str| update.get(key).and_then(Value::as_str);
        match text("sessionUpdate") {
            Some("current_mode_update") => {
                if let (Some(mode), Some(now)) = (&mut self.mode, text("currentModeId")) {
                    now.clone_into(&mut mode.current);
                }
            }
            Some("config_option_update") => {
                for (what, known) in [("mode", &mut self.mode), ("model", &mut self.model)] {
                    if let (Some(known), Some(now)) = (known, option(update, what)) {
                        known.current = now.current;
                    }
                }
            }
            Some(_) | None => {}
        }
    }
}

/// A session held for one turn.
pub(super) type Seat = OwnedMutexGuard<Sitting>;

/// A setting of a session with its possible values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    current: String,
    /// What it was when the session was begun or taken up.
    first: String,
    values: Vec<String>,
    way: Way,
}

impl Choice {
    /// The first value, where it can be chosen again.
    fn first(&self) -> Option<String> {
        let first = self.values.iter().find(|value| **value == self.first);
        first.cloned()
    }
}

/// How a setting is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Mode,
    Model,
    /// By the option of this id.
    Option(String),
}

/// An agent and its sessions.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) link: Arc<Link>,
    pub(super) agent: Agent,
    pub(super) book: Book,
    /// The way on which it is handed servers.
    pub(super) handover: Option<Handover>,
    /// The way to log in by a key that the agent was given in its environment.
    pub(super) key: Option<String>,
}

impl Desk {
    /// The session that an order is for, set as it wants.
    pub(super) async fn seat(&self, order: &Order) -> Result<Seat, CallError> {
        let mut seat = match &order.session {
            Some(id) => self.take_up(id, order).await?,
            None => self.begin(order).await?,
        };
        let prepared = self.prepare(&mut seat, order).await;
        if let (Err(_), None) = (&prepared, &order.session) {
            // Nobody will ever know of it.
            self.leave(&seat.id).await;
        }
        prepared.map(|()| seat)
    }

    /// Sets a session as an order wants it; a mode that it says nothing of is that of the beginning.
    async fn prepare(&self, seat: &mut Seat, order: &Order) -> Result<(), CallError> {
        let first = seat.mode.as_ref().and_then(Choice::first);
        if let Some(mode) = order.mode.clone().or(first) {
            let choice = seat.mode.clone();
            seat.mode = self.set("mode", choice, &mode, &seat.id).await?;
        }
        if let Some(model) = &order.model {
            let choice = seat.model.clone();
            seat.model = self.set("model", choice, model, &seat.id).await?;
        }
        Ok(())
    }

    async fn begin(&self, order: &Order) -> Result<Seat, CallError> {
        let kit = self.kit(order);
        let params = json!({"cwd": order.cwd, "mcpServers": kit.message()});
        let params = with_settings(params, order);
        let begun = self.ask_logged_in("session/new", &params).await?;
        match begun.get("sessionId").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => Ok(self.enter(id, &begun, order, kit).await),
            Some(_) | None => Err(self.link.malformed("a new session without an id")),
        }
    }

    async fn take_up(&self, id: &str, order: &Order) -> Result<Seat, CallError> {
        if let Some(open) = self.book.get(id) {
            let mut seat = open.lock_owned().await;
            let other = seat.settings != order.settings || !seat.kit.is_of(&order.servers);
            let renews = self.agent.can(Ability::Close) && self.agent.can(Ability::Resume);
            if other && !renews {
                return Err(self.lost("it cannot be given other settings or servers"));
            }
            if renews && (other || seat.doubtful) {
                let lost = |error: CallError| self.lost(&error.to_string());
                self.close(id).await.map_err(lost)?;
                let kit = self.kit(order);
                let again = self.resume_closed(id, order, &kit).await?;
                *seat = Sitting::new(id, &again, order, kit);
            }
            return Ok(seat);
        }
        let kit = self.kit(order);
        let taken_up = self.resume(id, order, &kit).await?;
        Ok(self.enter(id, &taken_up, order, kit).await)
    }

    /// Takes up a session that was closed just now: one agent says that it is before it has let go
    /// of it.
    async fn resume_closed(&self, id: &str, order: &Order, kit: &Kit) -> Result<Value, CallError> {
        for pause in LET_GO {
            match self.resume(id, order, kit).await {
                Err(CallError::Rpc { code, .. }) if code == SESSION_LOST => {}
                other => return other,
            }
            tokio::time::sleep(pause).await;
        }
        self.resume(id, order, kit).await
    }

    /// Takes up a session that this process has not open.
    async fn resume(&self, id: &str, order: &Order, kit: &Kit) -> Result<Value, CallError> {
        let params = json!({"sessionId": id, "cwd": order.cwd, "mcpServers": kit.message()});
        let params = with_settings(params, order);
        let taken_up = if self.agent.can(Ability::Resume) {
            self.ask_logged_in("session/resume", &params).await
        } else if self.agent.can(Ability::Load) {
            let settled = self.link.routes.settling(id);
            let loaded = self.ask_logged_in("session/load", &params).await;
            if loaded.is_ok() {
                // What it tells of the past after its answer is no part of the next turn.
                drop(tokio::time::timeout(SETTLE, settled).await);
            }
            self.link.routes.settled(id);
            loaded
        } else {
            return Err(self.lost("it cannot take up a session"));
        };
        match taken_up {
            Err(CallError::Rpc { code, message, .. }) if code != LOGIN_NEEDED => {
                Err(self.lost(&message))
            }
            other => other,
        }
    }

    /// Closes a session that nobody goes on with, where the agent can.
    pub(super) async fn leave(&self, id: &str) {
        self.book.remove(id);
        if self.agent.can(Ability::Close) && !self.link.stop.is_cancelled() {
            // It is forgotten here either way.
            drop(self.close(id).await);
        }
    }

    async fn close(&self, id: &str) -> Result<(), CallError> {
        let params = json!({"sessionId": id});
        let closed = self.link.ask("session/close", &params, WITHIN).await;
        closed.map(drop)
    }

    fn kit(&self, order: &Order) -> Kit {
        let begun = order.session.is_none();
        Kit::new(&order.servers, self.handover.as_ref(), begun)
    }

    async fn enter(&self, id: &str, facts: &Value, order: &Order, kit: Kit) -> Seat {
        let sitting = Sitting::new(id, facts, order, kit);
        self.book.add(sitting).lock_owned().await
    }

    /// Asks; an agent that wants a login first, and was given a key for it, is told to take the key.
    async fn ask_logged_in(&self, method: &str, params: &Value) -> Result<Value, CallError> {
        let first = self.link.ask(method, params, WITHIN).await;
        let (Err(CallError::Rpc { code, .. }), Some(way)) = (&first, &self.key) else {
            return first;
        };
        if *code != LOGIN_NEEDED {
            return first;
        }
        let by_key = json!({"methodId": way});
        self.link.ask("authenticate", &by_key, WITHIN).await?;
        self.link.ask(method, params, WITHIN).await
    }

    /// Sets what an order wants, where it is not set.
    async fn set(
        &self,
        what: &str,
        choice: Option<Choice>,
        wanted: &str,
        session: &str,
    ) -> Result<Option<Choice>, CallError> {
        let Some(mut choice) = choice else {
            let why = format!("it has no {what} to choose, and `{wanted}` is wanted");
            return Err(self.not_offered(why));
        };
        if choice.current == wanted {
            return Ok(Some(choice));
        }
        if !choice.values.iter().any(|value| value == wanted) {
            let known = clipped(&choice.values.join(", "), 400);
            let why = format!("it has no {what} `{wanted}`; it has {known}");
            return Err(self.not_offered(why));
        }
        let (method, params) = match &choice.way {
            Way::Mode => (
                "session/set_mode",
                json!({"sessionId": session, "modeId": wanted}),
            ),
            Way::Model => (
                "session/set_model",
                json!({"sessionId": session, "modelId": wanted}),
            ),
            Way::Option(id) => (
                "session/set_config_option",
                json!({"sessionId": session, "configId": id, "value": wanted}),
            ),
        };
        self.link.ask(method, &params, WITHIN).await?;
        wanted.clone_into(&mut choice.current);
        Ok(Some(choice))
    }

    fn not_offered(&self, why: String) -> CallError {
        CallError::Rpc {
            server: self.link.server.clone(),
            code: 0,
            message: why,
        }
    }

    fn lost(&self, why: &str) -> CallError {
        CallError::Rpc {
            server: self.link.server.clone(),
            code: SESSION_LOST,
            message: why.to_owned(),
        }
    }
}

impl Book {
    fn get(&self, id: &str) -> Option<Arc<tokio::sync::Mutex<Sitting>>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(id).map(Arc::clone)
    }

    fn remove(&self, id: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(id);
    }

    fn add(&self, sitting: Sitting) -> Arc<tokio::sync::Mutex<Sitting>> {
        let id = sitting.id.clone();
        let entry = Arc::new(tokio::sync::Mutex::new(sitting));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= OPEN_MAX {
            open.pop_first();
        }
        open.insert(id, Arc::clone(&entry));
        entry
    }
}

fn with_settings(mut params: Value, order: &Order) -> Value {
    if let (Value::Object(params), false) = (&mut params, order.settings.is_null()) {
        params.insert("_meta".to_owned(), order.settings.clone());
    }
    params
}

/// A setting as a new session tells it: by a list of its own, or among the options.
fn choice(facts: &Value, what: &str) -> Option<Choice> {
    own(facts, what).or_else(|| option(facts, what))
}

fn own(facts: &Value, what: &str) -> Option<Choice> {
    let (list, current, all, id, way) = match what {
        "mode" => ("modes", "currentModeId", "availableModes", "id", Way::Mode),
        _ => (
            "models",
            "currentModelId",
            "availableModels",
            "modelId",
            Way::Model,
        ),
    };
    let list = facts.get(list)?;
    let current = list.get(current)?.as_str()?;
    Some(Choice {
        current: current.to_owned(),
        first: current.to_owned(),
        values: values(list.get(all)?, id),
        way,
    })
}

fn option(facts: &Value, what: &str) -> Option<Choice> {
    let all = facts.get("configOptions")?.as_array()?;
    let is_it = |option: &&Value| {
        ["category", "id"]
            .iter()
            .any(|key| option.get(key).and_then(Value::as_str) == Some(what))
    };
    let option = all.iter().find(is_it)?;
    let current = option.get("currentValue")?.as_str()?;
    Some(Choice {
        current: current.to_owned(),
        first: current.to_owned(),
        values: values(option.get("options")?, "value"),
        way: Way::Option(option.get("id")?.as_str()?.to_owned()),
    })
}

fn values(list: &Value, key: &str) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one.get(key)?.as_str()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{Choice, Way, choice};

    #[test]
    fn a_setting_has_its_own_list_or_is_an_option() {
        let gemini = json!({"modes": {"currentModeId": "default", "availableModes": [
            {"id": "default", "name": "Default"}, {"id": "plan"}, {"name": "nameless"},
        ]}});
        assert_eq!(
            choice(&gemini, "mode"),
            Some(Choice {
                current: "default".to_owned(),
                first: "default".to_owned(),
                values: vec!["default".to_owned(), "plan".to_owned()],
                way: Way::Mode
            })
        );
        let opencode = json!({"configOptions": [
            {"id": "m", "category": "model", "currentValue": "a/b", "options": [{"value": "a/b"}]},
            {"id": "mode", "currentValue": "build", "options": [{"value": "build"}, {"value": "plan"}]},
        ]});
        let model = choice(&opencode, "model").unwrap();
        assert_eq!(
            (model.current.as_str(), model.way),
            ("a/b", Way::Option("m".to_owned()))
        );
        assert_eq!(choice(&opencode, "mode").unwrap().values, ["build", "plan"]);
        assert_eq!(choice(&json!({"modes": null}), "mode"), None);
    }
}
