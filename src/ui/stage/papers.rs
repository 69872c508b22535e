//! The documents of the demo room's shared memory.

use crate::core::document::{DocumentHistory, Revision};
use crate::core::memory::{DocumentInfo, HubState};
use crate::core::{HubKind, HubStatus, Span, Text, Timestamp};
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;

/// The beginning of what the room keeps under `orchestration_state.json`.
const STATE_DOCUMENT: &str = "{
  \"counters\": {
    \"cancelled\": 0,
    \"conflicts\": 1,
    \"done\": 2,
    \"failed\": 1
  },
  \"members\": [
    {
      \"name\": \"asking\",
      \"health\": \"ready\"
    }
  ],
  \"rev\": 118,
  \"room\": \"my-app\",
  \"schema\": \"synod/orchestration_state/1\"
}
";
const QUEUE_DOCUMENT: &str = "{\n  \"ended\": [{\"status\": \"done\", \"task\": 1}],\n  \"open\": [],\n  \"rev\": 64,\n  \"schema\": \"synod/task_queue/1\"\n}\n";
const CONTEXT_DOCUMENT: &str = "{\n  \"member\": \"streaming\",\n  \"rev\": 7,\n  \"schema\": \"synod/model_context/1\",\n  \"turns\": []\n}\n";
const RESULT_DOCUMENT: &str = "---\nschema: synod/result/1\nrev: 1\ntask: 1\n---\n\n> What makes the login test slow?\n\n## Provenance\n\n| call | member | how |\n|---|---|---|\n| c1 | thoughtful | answered |\n\n## Result\n\nThe **token refresh**: it waits for a timer of two seconds.\n";
const OTHER_RESULT_DOCUMENT: &str = "---\nschema: synod/result/1\nrev: 1\ntask: 2\n---\n\n## Result\n\nWait for the event instead.\n";
const NOTE_DOCUMENT: &str = "# The login test\n\nIt *races* with the token refresh. What we know:\n\n1. It fails on slow machines only.\n2. `login_test.rs` sleeps for 200 ms.\n   - The refresh takes up to a second.\n\n> Replace the sleep by a wait on the event.\n\n```rust\nrefreshed.wait().await;\n```\n\nSee [the issue](https://example.org/issues/7).\n";

/// How the note about the login test came to be.
fn history(now: Timestamp) -> DocumentHistory {
    let revision = |seq, ago, made_by: &str, diff: &str| Revision {
        seq,
        at: Timestamp(now.0 - Span::secs(ago).0),
        made_by: made_by.to_owned(),
        diff: Text::from(diff),
    };
    DocumentHistory {
        revisions: vec![
            revision(
                41,
                5 * 3600,
                "note change 2: notes/login-test is edited",
                "@@ -3,3 +3,3 @@\n 1. It fails on slow machines only.\n-2. It sleeps.\n+2. `login_test.rs` sleeps for 200 ms.\n",
            ),
            revision(
                12,
                6 * 3600,
                "note change 1: notes/login-test is written",
                "@@ -0,0 +1,2 @@\n+# The login test\n+\n",
            ),
        ],
        more: false,
        outside: true,
    }
}

impl Stage {
    /// The shared memory of the morning.
    pub(super) fn documents(&mut self) {
        let now = self.now();
        let document = |name: &str, rev, bytes, ago| DocumentInfo {
            name: name.to_owned(),
            rev,
            bytes,
            written_at: Some(Timestamp(now.0 - Span::secs(ago).0)),
            current: true,
            trouble: None,
        };
        self.remember(HubStatus {
            state: HubState::Ready,
            documents: vec![
                document("model_contexts/streaming/s5.json", 7, 2_204, 12),
                document("model_contexts/thoughtful/s2.json", 12, 6_377, 12),
                document("orchestration_state.json", 118, 4_120, 2),
                document("results/1", 1, 912, 586),
                document("results/2", 1, 734, 474),
                document("task_queue.json", 64, 9_830, 2),
            ],
            ..HubStatus::starting(HubKind::Builtin)
        });
        let old = |secs| Span::secs(secs);
        self.wrote("orchestration_state.json", STATE_DOCUMENT, old(2));
        self.wrote("task_queue.json", QUEUE_DOCUMENT, old(2));
        self.wrote("results/1", RESULT_DOCUMENT, old(586));
        self.wrote("results/2", OTHER_RESULT_DOCUMENT, old(474));
        self.wrote(
            "model_contexts/streaming/s5.json",
            CONTEXT_DOCUMENT,
            old(12),
        );
        self.wrote(
            "model_contexts/thoughtful/s2.json",
            CONTEXT_DOCUMENT,
            old(12),
        );
        self.wrote("notes/login-test", NOTE_DOCUMENT, old(5 * 3600));
        self.wrote(
            "notes/releasing",
            "# Releasing\n\nTag, then wait for the checks.\n",
            old(3 * 86400),
        );
        self.wrote(
            "conflicts/memory/results/1-1",
            "Written by somebody else.\n",
            old(7200),
        );
        self.made("notes/login-test", history(now));
    }
}
