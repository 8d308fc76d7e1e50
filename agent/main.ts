/** The `runner-guard` command. The one file of the agent that touches the environment, signals and the exit status. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Beside the program, where only its owner can write: compiled code from /tmp could be anyone's.
enableCompileCache(fileURLToPath(new URL("../.cache/compile", import.meta.url)));
const { createProgram } = await import("./commands/program.ts");
const { createDescriptorOutput } = await import("./commands/descriptor-output.ts");
const { RELAYED_SIGNALS } = await import("./job/signal-relay.ts");

const outcome = await createProgram({
  environment: process.env,
  stdout: createDescriptorOutput(1, () => process.stdout.columns),
  stderr: createDescriptorOutput(2, () => process.stderr.columns),
  workingDirectory: process.cwd(),
  onSignal(receive) {
    for (const signal of RELAYED_SIGNALS) process.on(signal, () => receive(signal));
  },
}).run(process.argv.slice(2));

if ("signal" in outcome) {
  const { endBySignal } = await import("./job/end-by-signal.ts");
  endBySignal(outcome.signal);
} else {
  process.exitCode = outcome.exitCode;
}
