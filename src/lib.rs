//! Synod: a full-screen terminal control room in which several AI models work one task queue,
//! share one memory and settle their conflicts, with the operator in the chair.
//!
//! This page is the map of the house. `README.md` says what the program is for and how to use it.
//!
//! # Words
//!
//! A **room** is one project's control room. The **room process** owns it: engine, journal, servers.
//! A **console** is a terminal attached to it; several may be, and all may act. **Members** are the
//! models that take part; a **session** is a member's persistent conversation, a **turn** one prompt
//! and its answer in it. A **task** is worked by a **strategy** (auto, solo, race, council, debate, chain, think, plan)
//! through **calls**, each one request in flight to a server. Answers of a council that do not agree
//! are a **conflict**; its distinct answers are the **candidates**. A vote on them has a **panel** of
//! members, a **slate** of candidates with their authors, and **ballots**; nine **rules** count them
//! ([`core::voting`]). A **thinking session** is one member's thoughts about a task, given one at a
//! time and recorded by a tool, with the conclusion as the result. A member is **paused** while it may
//! not be called (a limit, a lost login); it **rests** when its idle server was ended until the next
//! turn; a session that is **archived** is hidden and takes no turns. A **digest** stands for the older
//! turns of a session where they are too many to be told again. A **dial** is what an agent lets a session be set to:
//! its mode, its model, an option. An **offering** is what a server
//! offers beside its tools, prompts and resources; a **wish** is to have something of it. A **loan** is
//! a member answering what another's server wants of a model. **Lent** tools are those of a tool
//! server that members may call, each call with leave of its own. Whatever waits for the operator is
//! an **attention** item. The **hub** is the shared-memory MCP server. **Figures** are what members come to on
//! kinds of tasks over a **window** of time; the **acceptance** of a member is the share of results that stood
//! of those by which its answers were judged ([`core::metrics`]).
//!
//! # The way of a key press
//!
//! bytes → [`ui`] (event stream, overlays, keymap, action, update) → [`core::Command`] → [`link`]
//! → [`engine`]: [`core::decide()`] → events → [`journal`] (durable) → [`core::evolve()`] → feed and
//! [`core::react()`] → effects → [`members`] → [`mcp`] or [`acp`]; and back through the link to every console,
//! which folds the same events with the same `evolve` and draws a frame. The rows of the queue are kept in order
//! from these events too, so that no frame and no key looks at every task. A refused command comes back
//! with its reason and is not journalled. One table says what actions there are; hints, help, palette, menu,
//! `:` line, the keymap with the operator's `keys.toml` over it, and `synod keys` are made of it. The console of
//! lines ([`ui::linear`]) comes to the same actions by their names and by numbers. Where a terminal shows ASCII
//! only, a drawn frame is [folded](ui::ascii) last of all; where it takes links, the [addresses](ui::addresses) in the
//! frame become some.
//!
//! # The way of a token
//!
//! server stdout → [`mcp`] or [`acp`] (own line limit, all in wire order) → dialect of [`members`] → delta →
//! bounded channel → [`engine`] (live text; no disk) → [`link`] → pane → at most one frame in 16 ms. An answer is laid
//! as Markdown on the way into its pane: what is finished once, only its open block with each piece.
//!
//! # The way of a tool's call
//!
//! A member whose server passes tools on is told of them with its turn, as far as the task's kind and
//! the call's access allow. What its model wants called comes back as a result of `chat`, so that no
//! request waits meanwhile → [`members`] asks the room → [`core`] settles it by the rules or asks the
//! operator, both journalled → the call, over the tool server's own connection or the hub's → its
//! result goes into the same session with a further `chat`, until there is text.
//!
//! # The way of a server that is handed over
//!
//! `servers` of a member that is an agent → a ticket for each, with the session, in [`acp`] → the agent starts
//! `synod mcp relay`, which knows a ticket and a socket → [`mcp`] starts the server under a guard or connects to
//! it, and passes messages on, reading along → how it stands, at the end of the turn → journalled when it is news,
//! and shown. A session that is closed, or an agent that ends, ends its servers.
//!
//! # The way of a kind
//!
//! prompt → [`core::analysis`]: words and marks, hashed, weighed → the likeliest kind with its share and the
//! words that spoke for it, at every key in the composer and once when the task is added; below a share it is
//! `general`. The event keeps the guess. What the operator names or corrects is folded into the weights by
//! `evolve`, so that a journal gives the same ones everywhere. `cargo bench --bench analysis` says how well it
//! guesses.
//!
//! # The way of a dial
//!
//! agent's answer by which a session is begun or taken up, or its update → [`acp`]: one list, however the agent tells it →
//! [`members`] → report → event, where it is news → the list above the session. What the operator chooses there → event →
//! the order of each later turn → [`acp`] sets it before the prompt. What bears on what an agent may do is set for turns
//! that may write, and set back for those that only read.
//!
//! # The way of a wish
//!
//! A key in the palette or in a list of resources → [`link`] as a query with a number → the shelf of
//! [`members`] → the live connection of [`mcp`], with a deadline; the answer returns the number. It is
//! no part of the state and of no journal: it can be asked for again. A console that closes what waits
//! for it withdraws the query, and the server is told that the request is cancelled.
//!
//! # The way of a task to its members
//!
//! The queue is taken by priority, then in the order in which tasks came, until the operator moves one.
//! [`core::routing::route`]: those that may and can → by the [policy](core::routing::policy) that is set, over what
//! the [posterior](core::routing::posterior) expects of each → the event keeps who came into question, with the
//! figures. Where the order leaves open how many work it, [that](core::routing::whether) is settled first, from what
//! may be [spent](core::routing::convene), and the event keeps what the task is [expected](core::forecast) to come to.
//! A large task waits meanwhile for what a member [says of it](core::appraisal), where that is set: a task of the room's
//! own asks for it, as for a digest, and what cannot be had is done without.
//! What becomes of the answers is [learned](core::routing::learning) by `evolve`; a
//! [replay](core::routing::replay) of recorded outcomes comes through the same functions.
//!
//! # The way of a plan
//!
//! goal → one member → [`core::plan`]: read and checked, asked for once more with what is to be mended → the event
//! keeps it, and an item waits for leave; what the operator writes comes through the same checks → its steps are
//! added as tasks `after` each other, in one batch with the approval → `evolve` notes how they stand → once all have
//! a result one more call makes the task's of theirs. A step without one ends the task and says which; worked
//! again, it takes the task with it.
//!
//! # The way of a council's answers
//!
//! prompt and answers → [`core::conflict`]: what the prompt wants, the final answer of each text, its
//! normal form; two are compared, all are grouped → one group with a majority is an agreement, more are the
//! candidates of a conflict. An answer that says nothing is shown, and is no vote. `synod detect` reads
//! recorded answers through the same functions, which is how well they tell is known.
//!
//! # The way of a conflict
//!
//! [`core::ladder`]: a **contest** climbs the **rungs** (vote, consensus, expert, operator) until one settles it.
//! Who is asked is asked by an **inquiry**, a task of the room's own with a sheet of neutral labels, so that
//! budgets, failures and restarts are those of any task. What it brings is read by [`core::voting`], journalled
//! with the refusal if there is one, and counted; the decision ends the task and teaches as a choice does.
//!
//! # The way of a figure
//!
//! event → [`core::evolve()`] says what it means for whom → [`core::metrics`]: sums per member and kind, since
//! ever and in buckets that grow wider as they grow old → the Metrics screen, `synod metrics` and its Prometheus
//! text. It is a part of the state, so a replay, a snapshot and every console have the same figures. With the feature
//! `otel` the room also tells a collector of each turn and task that ends, from the same events and never with a text;
//! it is a reader like a console, and nothing waits for it.
//!
//! # The way of a filter
//!
//! text → [`ui`] reads it into a [`core::Filter`], times resolved → a query with it → the whole journal is read once on a
//! thread of its own for [who and what each event is about](core::concern), then a stretch of it backwards or onwards →
//! what passed, and through what was looked → the next stretch, until there is enough. `synod journal` goes the same
//! way from the first event on. What a blind vote hides is looked at again by the console, which knows what it shows.
//!
//! # The way of an earlier moment
//!
//! `@` → a query with the event's place → the journal folded up to a few hundred events before it, from the nearest
//! snapshot on, on a thread of its own → the state of then and the events around it → the console folds from one to the
//! next with the same `evolve`, and draws that state with the same code. Nothing that acts passes meanwhile.
//!
//! # The way of a welcome
//!
//! The first console of a user, in a room that has had no task → [`cli`] keeps that there was one → [`ui`] opens the
//! welcome and looks around on a thread of its own, as `synod init` does ([`config::discover`]) → what was found, the
//! shared memory and the themes, in three steps. It is a layer as any other: the room works below it.
//!
//! # The way of a call to the room
//!
//! client of MCP → loopback, a thread of its own → who it is, by the token alone; else it is turned away unread →
//! [`servers::room`], the same for stdio → attached to the room as a console is, from inside, and not counted as one →
//! what stands there. The address and the tokens are in a file for the user alone, anew at each start.
//!
//! # The way of a check
//!
//! A done task that names a check, or whose kind has one → [`core::follow()`]: once nobody changes files →
//! event → an order by the check's name → [`members`] knows its command → [`mcp`]: a guard, the program, its
//! end → report → event → [learned](core::routing::learning). No command is in any event.
//!
//! # The way of a recommendation
//!
//! event → what it touches is looked at again ([`core::advice`]): shares by their intervals, one rule a sort, a
//! stricter bound to appear than to stay → what stands is in the state, so a frame computes nothing and every
//! console shows the same → applied by a key, by `synod advice` or by the room where the configuration lets it;
//! what it comes to are the events that the operator could have brought about → measured by what comes after,
//! and taken back by the room where it had applied it and it measures worse.
//!
//! # The way of a replay
//!
//! Recorded outcomes or the journal → `synod backtest` keeps who was right and whose answers are equal, and
//! drops the rest → [`core::routing::replay`]: each task is decided by the policies, the convening and the
//! weights that decide in a room, then scored, then learned from → figures over seeds. Only what the members
//! answer is read instead of asked, so what a policy is worth is known before it is set.
//!
//! # Code map
//!
//! | module | owns |
//! |---|---|
//! | [`core`] | words, state, `decide`, `evolve`, `follow`, `react`; figures and advice; what is allowed without the operator; pure |
//! | [`journal`] | the append-only log, its codec, snapshots and search |
//! | [`engine`] | time and order: append, then publish, then perform |
//! | [`mcp`] | connections: processes under a guard, framing, tap, deadlines, restart |
//! | [`acp`] | connections to agents that speak the Agent Client Protocol; sessions, prompts, leave |
//! | [`members`] | one dialect a server family; sessions, approvals, failures; lent tools; the tool that records thoughts |
//! | [`prompts`] | every text that goes to a model |
//! | [`hub`] | the room's documents in the shared memory |
//! | [`servers`] | the MCP servers inside this binary, that of the room among them |
//! | [`link`] | room ⇄ console |
//! | [`config`] | `synod.toml`, trust, discovery |
//! | [`ui`] | the console |
//! | [`cli`] | the command line and the wiring |
//!
//! # Invariants
//!
//! 1. **The journal is the truth.** The state is the fold of its events; hub documents, search index
//!    and screens are projections.
//! 2. **Write ahead.** Append, then publish, then perform. While the journal cannot be written the
//!    room stands still and says so; nothing is lost.
//! 3. **Streamed text is not an event.** The full text is in the event that closes the call.
//! 4. **Every effect has an id, every report returns it.** Late and unknown reports are counted and
//!    never applied.
//! 5. **Silence is never read as done.** Every call has an idle limit and a deadline.
//! 6. **Untrusted text** passes the sanitiser of [`ui`] before it reaches a cell, and stands in a
//!    frame that it cannot leave before it reaches another model.
//! 7. **The console loop awaits only its `select!`.** A slow console never slows a model.
//! 8. **Detaching leaves the work running.** Consoles are replicas; the room process ends by command,
//!    by signal, or when it is idle and alone for long.
//! 9. **No orphan.** Every server runs under a guard of this same binary that ends its whole process
//!    tree, also after a `kill -9` of the room; a record on disk is the net below it.
//!
//! What is absent: `core` has no clock, no randomness and no I/O; only [`mcp`] and [`servers`] name
//! the MCP library; only `engine::clock` reads the wall clock; only `config` reads the environment;
//! nothing listens beyond loopback and two 0600 Unix sockets; nothing is sent but to the members, servers and collector
//! that the operator names. A test reads the sources and holds this.
//!
//! # Decisions that differ from first thoughts
//!
//! - Sessions of a server are abandoned after a cancel, after a time-out and whenever a call was given
//!   up while its server was at work, for every server: what such a server still knows of the
//!   conversation is in doubt, and the next turn tells it anew.
//! - An agent that lets its operator choose "always" is never told so: one keeps it for a whole tool, one
//!   in a file for every process to come. It is told yes once, and the room remembers.
//! - An agent's session that a turn was given up in is closed, not gone on with, though the agent would: what it
//!   keeps of that turn the next one would be told of twice.
//! - A call that may change files and failed is held for the operator unless it never reached its
//!   server: most servers tell nothing of what they did before they answer.
//! - A server is given 1.5 s after its stdin is closed and 1.5 s after SIGTERM, not 2 s each: a busy
//!   machine needs the rest of the 6 s to kill what is left.
//! - Tools are lent only where the room holds the loop. A member's own program has its own settings
//!   for tools, and what it calls there nobody here could allow, show or hold to reading.
//! - An agent is handed no server but a way to the room, which keeps it: so no secret leaves the room, no process
//!   is left behind by an agent that forgets its children, and one that is dead is not silent.
//! - The hub lends its tools from its own process, because two Serena processes on one project lose
//!   writes. It runs one lent call at a time, so that a document waits for one call at most.
//! - A call that only reads is a question too, which the policy answers: so the journal knows of each,
//!   and a rule may forbid it.
//! - Events are folded into the engine's own state before they are durable, but published, answered
//!   and acted upon only after. A failed append is tried again rather than undone.

pub mod acp;
pub mod cli;
pub mod config;
pub mod core;
pub mod engine;
pub mod hub;
pub mod journal;
pub mod link;
pub mod mcp;
pub mod members;
pub mod prompts;
pub mod servers;
pub mod ui;
