// Carries out the recipe of clients/README.md, RECIPE, with stand-ins for the two modules that it uses, and calls the
// editor's commands that SETUP is about; writes what it saw to REPORT, as JSON.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const { spawn } = require("node:child_process");

const report = { progress: [], said: [] };
const commands = new Map();
const vscode = {
  commands: {
    registerCommand: (name, run) => (commands.set(name, run), { dispose: () => commands.delete(name) }),
    executeCommand: (name, ...values) => {
      if (!commands.has(name)) throw new Error(`command '${name}' not found`);
      return commands.get(name)(...values);
    },
  },
  window: { showQuickPick: (items) => report.said.push(...items) },
};

// What vscode-languageclient does for every server: the life cycle, its commands, its progress and cancel button.
class LanguageClient {
  constructor(id, name, serverOptions) {
    this.serverOptions = serverOptions;
    this.waiting = new Map();
    this.input = Buffer.alloc(0);
  }

  async start() {
    this.server = spawn(this.serverOptions.command, this.serverOptions.args ?? [], { stdio: ["pipe", "pipe", "inherit"] });
    this.server.stdout.on("data", (data) => this.read(data));
    const capabilities = { window: { workDoneProgress: true } };
    const initialized = await this.request("initialize", { processId: process.pid, rootUri: null, capabilities });
    this.send({ method: "initialized", params: {} });
    report.commands = initialized.capabilities.executeCommandProvider.commands;
    for (const command of report.commands) {
      vscode.commands.registerCommand(command, (...values) =>
        this.request("workspace/executeCommand", { command, arguments: values }));
    }
  }

  async dispose() {
    await this.request("shutdown");
    this.send({ method: "exit" });
    await new Promise((ended) => this.server.on("exit", ended));
  }

  request(method, params) {
    const id = this.waiting.size;
    this.send({ id, method, params });
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  send(message) {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  read(data) {
    this.input = Buffer.concat([this.input, data]);
    for (;;) {
      const end = this.input.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(this.input.subarray(0, Math.max(end, 0)))?.[1]);
      if (end < 0 || this.input.length < end + 4 + length) return;
      this.take(JSON.parse(this.input.subarray(end + 4, end + 4 + length)));
      this.input = this.input.subarray(end + 4 + length);
    }
  }

  take(message) {
    if (message.method === "window/workDoneProgress/create") return this.send({ id: message.id, result: null });
    if (message.method === "$/progress") {
      const { token, value } = message.params;
      report.progress.push({ token, kind: value.kind, message: value.message });
      if (cancelling && value.message?.includes("Step 2/5")) {
        this.send({ method: "window/workDoneProgress/cancel", params: { token } });
      }
    } else if (message.error) {
      this.waiting.get(message.id).reject(new Error(message.error.message));
    } else if (message.method === undefined) {
      this.waiting.get(message.id).resolve(message.result);
    }
  }
}

let cancelling = false;
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);

(async () => {
  const context = { subscriptions: [] };
  await require(process.env.RECIPE).activate(context);
  report.setup = await vscode.commands.executeCommand("workflows/setupRunner", JSON.parse(process.env.SETUP));
  cancelling = true;
  await vscode.commands
    .executeCommand("workflows/setupRunner", JSON.parse(process.env.ENDLESS))
    .catch((failure) => { report.cancelled = failure.message; });
  await vscode.commands.executeCommand("runpod.pods");
  report.printed = report.said.join("\n");
  for (const subscription of context.subscriptions) await subscription.dispose();
  fs.writeFileSync(process.env.REPORT, JSON.stringify(report));
})();
