/** The `runner-guard` command. The one file of the agent that touches the environment, signals and the exit status. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Beside the program, where only its owner can write: compiled code from /tmp could be anyone's.
enableCompileCache(fileURLToPath(new URL("../.cache/compile", import.meta.url)));
const { createProgram } = await import("./commands/program.ts");
const { RELAYED_SIGNALS } = await import("./job/signal-relay.ts");

const outcome = await createProgram({
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  workingDirectory: process.cwd(),
  onSignal(receive) {
    for (const signal of RELAYED_SIGNALS) process.on(signal, () => receive(signal));
  },
}).run(process.argv.slice(2));

if ("signal" in outcome) {
  process.removeAllListeners(outcome.signal);
  process.kill(process.pid, outcome.signal);
} else {
  process.exitCode = outcome.exitCode;
}
