//! A machine on which a room has members that stream.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::home::{self, Home};
use crate::terminal::{Program, Terminal};

/// Server processes; each works several sessions at once.
pub(crate) const SERVERS: usize = 8;

/// How long a member may take until it streams.
const PATIENCE: Duration = Duration::from_mins(1);

/// The machine.
pub(crate) struct Stage {
    pub(crate) home: Home,
    reports: Vec<PathBuf>,
    each: usize,
}

impl Stage {
    /// With so many sessions at once, spread over the servers.
    pub(crate) fn new(sessions: usize) -> Self {
        let home = Home::new();
        let each = sessions.div_ceil(SERVERS);
        let reports: Vec<PathBuf> = (0..SERVERS)
            .map(|number| home.user().join(format!("sent{number}")))
            .collect();
        let mut toml = String::from("[room]\nhub = \"builtin\"\n");
        for (number, report) in reports.iter().enumerate() {
            let command: Vec<String> = server(report).iter().map(|it| format!("{it:?}")).collect();
            let entry = [
                "\n[[member]]".to_owned(),
                format!("name = \"m{number}\""),
                "adapter = \"rehearsal\"".to_owned(),
                "rehearsal = { persona = \"streaming\" }".to_owned(),
                format!("parallel = {each}"),
                format!("command = [{}]\n", command.join(", ")),
            ];
            toml.push_str(&entry.join("\n"));
        }
        home.configure(&toml);
        Self {
            home,
            reports,
            each,
        }
    }

    /// A console of the room in a terminal.
    pub(crate) fn console(&self, columns: u16, rows: u16) -> Terminal {
        let program = Program {
            command: vec![home::binary().to_owned()],
            env: self.home.env(),
        };
        let terminal = Terminal::open(&program, self.home.project(), columns, rows);
        terminal.wait_for("Sessions");
        terminal
    }

    /// Orders a task for every session from the keyboard; returns when all of them stream.
    pub(crate) fn set_off(&self, console: &Terminal) {
        let all = SERVERS * self.each;
        for number in 0..all {
            console.press(&format!("@m{} go {number}", number % SERVERS));
            console.wait_for(&format!("go {number}"));
            console.press("\r");
            console.wait_for("Ask the room");
        }
        console.wait("all to work", |text| {
            text.contains(&format!("{all} working"))
        });
        let deadline = Instant::now() + PATIENCE;
        while self.reports.iter().any(|report| !report.exists()) {
            assert!(Instant::now() < deadline, "a member does not stream");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Words that were sent and words that were due, of all servers.
    pub(crate) fn told(&self) -> (u64, u64) {
        told(&self.reports)
    }
}

/// The command of a server that streams and notes it in `report`.
pub(crate) fn server(report: &std::path::Path) -> Vec<String> {
    let me = std::env::current_exe().unwrap();
    let words = [me.as_path(), "streamer".as_ref(), report];
    words.map(|word| word.to_str().unwrap().to_owned()).to_vec()
}

/// The same of these reports.
pub(crate) fn told(reports: &[PathBuf]) -> (u64, u64) {
    let mut all = (0, 0);
    for report in reports {
        let text = std::fs::read_to_string(report).unwrap();
        let (sent, due) = text.split_once(' ').unwrap();
        all.0 += sent.parse::<u64>().unwrap();
        all.1 += due.parse::<u64>().unwrap();
    }
    all
}
