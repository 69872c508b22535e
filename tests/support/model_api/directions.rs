//! What a prompt orders, as steps that every dialect can play.

use std::fmt::Write;
use std::time::Duration;

/// What a request says, freed of its dialect.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The last prompt of a person.
    pub(super) prompt: String,
    /// How many prompts there are in all.
    pub(super) turns: usize,
    /// What a tool gave back after that prompt, if it did.
    pub(super) tool_output: Option<String>,
    /// How many times a tool gave something back in all.
    pub(super) tools_used: usize,
}

impl Conversation {
    /// Notes a prompt.
    pub(super) fn asked(&mut self, prompt: String) {
        self.turns += 1;
        self.prompt = prompt;
        self.tool_output = None;
    }

    /// Notes what a tool gave back.
    pub(super) fn gave(&mut self, output: String) {
        self.tools_used += 1;
        self.tool_output = Some(output);
    }
}

/// One thing to send or to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Send a piece of the answer.
    Text(String),
    /// Send a piece of reasoning.
    Think(String),
    /// Wait.
    Pause(Duration),
    /// Wait until the test lets it go on.
    Hold,
    /// Send nothing more until the client leaves.
    Hang,
    /// Break the connection.
    Cut,
    /// Ask the client to use a tool.
    Use {
        /// Which use it is in this conversation, from 1: clients take two uses of one name for one.
        number: usize,
        /// What is to be done.
        tool: Tool,
    },
}

/// What a client is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tool {
    /// Run a command.
    Exec {
        /// The command for a shell.
        command: String,
        /// Ask for it outside the sandbox.
        escalated: bool,
    },
    /// Add a file of this name.
    Patch(String),
    /// Call a tool.
    Call {
        /// The tool.
        name: String,
        /// Its arguments, as JSON text.
        arguments: String,
    },
}

/// The text of the steps as one.
pub(super) fn said(steps: &[Step]) -> String {
    let texts = steps.iter().filter_map(|step| match step {
        Step::Text(text) => Some(text.as_str()),
        Step::Think(_)
        | Step::Pause(_)
        | Step::Hold
        | Step::Hang
        | Step::Cut
        | Step::Use { .. } => None,
    });
    texts.collect()
}

/// The pieces of reasoning among the steps.
pub(super) fn thoughts(steps: &[Step]) -> Vec<&str> {
    let thoughts = steps.iter().filter_map(|step| match step {
        Step::Think(text) => Some(text.as_str()),
        Step::Text(_) | Step::Pause(_) | Step::Hold | Step::Hang | Step::Cut | Step::Use { .. } => {
            None
        }
    });
    thoughts.collect()
}

/// The use of a tool among the steps.
pub(super) fn used(steps: &[Step]) -> Option<(usize, &Tool)> {
    steps.iter().find_map(|step| match step {
        Step::Use { number, tool } => Some((*number, tool)),
        Step::Text(_) | Step::Think(_) | Step::Pause(_) | Step::Hold | Step::Hang | Step::Cut => {
            None
        }
    })
}

/// The directions of one prompt.
#[derive(Debug)]
pub(super) struct Directions<'p> {
    prompt: &'p str,
    model: &'p str,
}

impl<'p> Directions<'p> {
    /// Looks into a prompt to a model.
    pub(super) fn read(prompt: &'p str, model: Option<&'p str>) -> Self {
        let model = model.unwrap_or("say");
        Self { prompt, model }
    }

    /// The status ordered for the try of this number, from 1.
    pub(super) fn status_on(&self, number: u32) -> Option<u16> {
        let order = self.value("status")?;
        let (code, tries) = match order.split_once('x') {
            Some((code, tries)) => (code, tries.parse().ok()?),
            None => (order, u32::MAX),
        };
        (number <= tries).then(|| code.parse().ok()).flatten()
    }

    /// What to do, in order.
    pub(super) fn steps(&self, conversation: &Conversation) -> Vec<Step> {
        if let Some(output) = &conversation.tool_output
            && !(self.has("endless") && self.value("call").is_some())
        {
            let quoted: String = output.chars().take(400).collect();
            return vec![Step::Text(format!("the tool said: {quoted}"))];
        }
        let mut steps = Vec::new();
        if self.has("think") {
            steps.extend(["**Thinking** ", "about ", "it"].map(|word| Step::Think(word.into())));
        }
        if let Some(tool) = self.tool() {
            if matches!(tool, Tool::Call { .. }) {
                steps.push(Step::Text("I look. ".to_owned()));
            }
            let number = conversation.tools_used + 1;
            steps.push(Step::Use { number, tool });
            return steps;
        }
        let half = || ["partial ", "answer "].map(|word| Step::Text(word.to_owned()));
        if self.has("mute") {
            steps.push(Step::Hang);
        } else if self.has("hang") {
            steps.extend(half());
            steps.push(Step::Hang);
        } else if self.has("hold") {
            steps.extend([
                Step::Text("held ".to_owned()),
                Step::Hold,
                Step::Text(self.words().unwrap_or("answer").to_owned()),
            ]);
        } else if let (Some(words), Some(text)) = (self.number("hold"), self.words()) {
            let words: Vec<&str> = text.split_inclusive(' ').take(words).collect();
            let at = words.iter().map(|word| word.len()).sum();
            let (before, after) = text.split_at(at);
            steps.extend([
                Step::Text(before.to_owned()),
                Step::Hold,
                Step::Text(after.to_owned()),
            ]);
        } else if self.has("cut") {
            steps.extend(half());
            steps.push(Step::Cut);
        } else if let Some(words) = self.number("slow") {
            for word in 0..words {
                steps.push(Step::Text(format!("word{word} ")));
                steps.push(Step::Pause(Duration::from_millis(20)));
            }
            steps.push(Step::Text("done.".to_owned()));
        } else if let Some(chars) = self.number("big") {
            let text = varied_text(chars);
            let pieces = text.as_bytes().chunks(1000);
            steps.extend(pieces.map(|piece| Step::Text(String::from_utf8_lossy(piece).into())));
        } else if let Some(word) = self.recalled() {
            steps.push(Step::Text(word.to_owned()));
        } else if let Some(text) = self.words() {
            steps.push(Step::Text(text.to_owned()));
        } else {
            let shown: String = self.prompt.chars().take(200).collect();
            let answer = format!("turn {}: {shown}", conversation.turns);
            let words = answer.split_inclusive(' ');
            steps.extend(words.map(|word| Step::Text(word.to_owned())));
        }
        steps
    }

    /// The tool that the client is to use.
    fn tool(&self) -> Option<Tool> {
        if let Some(call) = self.value("call") {
            let (name, arguments) = call.split_once(' ').unwrap_or((call, "{}"));
            return Some(Tool::Call {
                name: name.to_owned(),
                arguments: arguments.to_owned(),
            });
        }
        if let Some(command) = self.value("exec") {
            return Some(Tool::Exec {
                command: command.to_owned(),
                escalated: self.has("esc"),
            });
        }
        let file = self.value("patch")?;
        Some(Tool::Patch(file.to_owned()))
    }

    /// Whether a direction without a value is given.
    pub(super) fn has(&self, word: &str) -> bool {
        self.prompt.contains(&format!("[[{word}]]"))
    }

    /// What is to be said, by this model or by any.
    fn words(&self) -> Option<&'p str> {
        self.value(self.model).or_else(|| self.value("say"))
    }

    /// The word that was asked for earlier, where the same prompt tells of it.
    fn recalled(&self) -> Option<&'p str> {
        let (earlier, _) = self.prompt.split_once("Which word did I ask you")?;
        let (_, after) = earlier.split_once("nothing else: ")?;
        after.split_whitespace().next()
    }

    /// The value of a direction.
    pub(super) fn value(&self, word: &str) -> Option<&'p str> {
        let (_, after) = self.prompt.rsplit_once(&format!("[[{word}:"))?;
        after.split_once("]]").map(|(value, _)| value)
    }

    /// The same as a number.
    pub(super) fn number(&self, word: &str) -> Option<usize> {
        self.value(word)?.parse().ok()
    }
}

/// ASCII text of exactly `chars` characters in which no two lines are equal, since some clients
/// take repetition for a fault.
pub(crate) fn varied_text(chars: usize) -> String {
    let mut text = String::with_capacity(chars + 64);
    let mut line = 0_u64;
    while text.len() < chars {
        let turned = line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        writeln!(text, "line {line} carries the number {turned}").unwrap();
        line += 1;
    }
    text.truncate(chars);
    text
}
