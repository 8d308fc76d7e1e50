/** Passes for a guard of the job's own user: `node impostor.mjs DIRECTORY LOG`. What it is told goes to LOG. */
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

const [directory = "", log = ""] = process.argv.slice(2);
const STATE = {
  pid: process.pid,
  runId: "11111111-2222-4333-8444-555555555555",
  scope: "host",
  mode: { requested: "block", effective: "block", reasons: [] },
  sensors: [{ name: "kernel", status: "active" }],
  enforcement: { mechanism: "nftables", builtIn: [] },
  lockdown: { sudo: "disabled", containers: "allowed" },
};

mkdirSync(directory, { recursive: true, mode: 0o755 });
rmSync(`${directory}/control.sock`, { force: true });
writeFileSync(log, "");
createServer({ allowHalfOpen: true }, (socket) => {
  let asked = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    asked += String(chunk);
    if (!asked.includes("\n")) return;
    appendFileSync(log, asked);
    const result = asked.includes('"status"') ? STATE : { reportWritten: true };
    socket.end(`${JSON.stringify({ status: "done", result })}\n`);
  });
}).listen(`${directory}/control.sock`, () => {
  chmodSync(`${directory}/control.sock`, 0o666);
  writeFileSync(`${directory}/ready`, JSON.stringify(STATE));
});
