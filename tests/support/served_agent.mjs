// An agent on the protocol's own library that has its client do what a prompt says: `<<{"do": …}>>`. Its answer is
// what came of it, as JSON. The library checks each answer of the client by the protocol's schema.
import { Readable, Writable } from "node:stream";

const { AgentSideConnection, ndJsonStream } = await import(process.env.ACP_LIBRARY);

class Agent {
  constructor(client) {
    this.client = client;
    this.sessions = 0;
  }

  async initialize({ clientCapabilities }) {
    this.offered = clientCapabilities;
    return { protocolVersion: 1, agentCapabilities: {} };
  }

  async newSession() {
    this.sessions += 1;
    return { sessionId: `s${this.sessions}` };
  }

  async authenticate() {
    return {};
  }

  async cancel() {}

  async prompt({ sessionId, prompt }) {
    const text = prompt.map((block) => block.text ?? "").join("");
    const wish = JSON.parse(text.match(/<<(.*)>>/s)[1]);
    let said;
    try {
      said = await this[wish.do]({ sessionId, ...wish });
    } catch (error) {
      said = { error: error.message ?? String(error), code: error.code };
    }
    const content = { type: "text", text: JSON.stringify(said) };
    const update = { sessionUpdate: "agent_message_chunk", content };
    await this.client.sessionUpdate({ sessionId, update });
    return { stopReason: "end_turn" };
  }

  async offers() {
    return this.offered;
  }

  async read({ sessionId, path, line, limit }) {
    return await this.client.readTextFile({ sessionId, path, line, limit });
  }

  async write({ sessionId, path, content }) {
    return await this.client.writeTextFile({ sessionId, path, content });
  }

  // Runs a command to its end.
  async run(wish) {
    const terminal = await this.start(wish);
    const exit = await terminal.waitForExit();
    const output = await terminal.currentOutput();
    await terminal.release();
    return { exit, output };
  }

  // Runs a command until it has written something, and kills it.
  async kill(wish) {
    const terminal = await this.start(wish);
    while ((await terminal.currentOutput()).output === "") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await terminal.kill();
    const exit = await terminal.waitForExit();
    const output = await terminal.currentOutput();
    return { exit, output };
  }

  // Leaves a command to itself.
  async leave(wish) {
    await this.start(wish);
    return "left";
  }

  async start({ sessionId, command, args, env, cwd, outputByteLimit }) {
    const order = { sessionId, command, args, env, cwd, outputByteLimit };
    return await this.client.createTerminal(order);
  }
}

const stream = ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin));
new AgentSideConnection((client) => new Agent(client), stream);
