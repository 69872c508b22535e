//! The four real agents that speak ACP, in one room: they stream side by side and come to a decision.

use tokio::runtime::Runtime;

use crate::council::{at_work, panes, send};
use crate::home::Home;
use crate::screen::Screen;
use crate::support::ground::{Ground, Launch};

/// A member as the file of a room has it.
fn member(name: &str, adapter: &str, launch: &Launch) -> String {
    let env = launch.env.iter();
    let env: Vec<String> = env
        .map(|(key, value)| format!("{key} = {value:?}"))
        .collect();
    format!(
        "[[member]]\nname = \"{name}\"\nadapter = \"{adapter}\"\ncommand = {:?}\nenv = {{ {} }}\n",
        launch.command,
        env.join(", ")
    )
}

/// The four of them, with the home of `ground` for their own.
async fn members(ground: &Ground) -> Option<String> {
    let all = [
        member("gem", "gemini-acp", &ground.gemini_acp(&[]).await?),
        member("clo", "claude-acp", &ground.claude_acp(&[]).await?),
        member("cod", "codex-acp", &ground.codex_acp("").await?),
        member("oc", "opencode", &ground.opencode_acp(&[]).await?),
    ];
    Some(all.concat())
}

#[test]
fn four_agents_stream_side_by_side_and_come_to_a_decision() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let Some(members) = runtime.block_on(members(&ground)) else {
        return;
    };
    let home = Home::new();
    home.configure(&members);
    let mut console = Screen::sized(&home, 100, 50, &[]);
    console.wait("all of them", |screen| {
        screen.contains("4 members") && panes(screen, "idle") == 4
    });
    let answer = "The needle points north.\n\n```final\n\
                  {\"kind\":\"choice\",\"value\":\"north\",\"confidence\":0.9}\n```";
    let question = "@gem @clo @cod @oc /council Which way does the needle point?";
    send(
        &mut console,
        &format!("{question} [[hold]][[say:{answer}]]"),
    );
    console.wait("four at work and streaming", |screen| {
        at_work(screen) == 4 && panes(screen, "held") == 4
    });
    ground.model.release();
    console.wait_for("✓ #1 done");
    console.quit();
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}
