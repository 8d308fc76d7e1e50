/** The `runner-guard` command. The one file of the agent that touches the environment, signals and the exit status. */
import { withholdStreams } from "./commands/withhold-streams.ts";

const openStream = withholdStreams();
const args = process.argv.slice(2);
await using kernel = await expectKernel(args);
const { readlinkSync } = await import("node:fs");
const { isatty } = await import("node:tty");
const { createProgram } = await import("./commands/program.ts");
const { createDescriptorOutput } = await import("./commands/descriptor-output.ts");
const { createErrorOutput } = await import("./commands/error-output.ts");
const { RELAYED_SIGNALS } = await import("./job/signal-relay.ts");

const stderr = createErrorOutput(2, () => openStream("stderr"));
const program = createProgram({
  // As it was then: what lies behind it may be changed later.
  environment: { ...process.env },
  stdout: createDescriptorOutput(1, () => openStream("stdout")),
  stderr,
  kernel,
  workingDirectory: readWorkingDirectory(),
  onSignal(receive) {
    for (const signal of RELAYED_SIGNALS) process.on(signal, () => receive(signal));
  },
  onResize(receive) {
    process.on("SIGWINCH", receive);
  },
});
// Node.js would print what was thrown as it is, secrets and all.
process.on("uncaughtException", crash);
const outcome = await program.run(args);
stderr[Symbol.dispose]();

// The command's settings of the terminal are to stay.
if (isatty(2)) {
  const { letGo } = await import("./job/let-go.ts");
  letGo([2]);
}
if ("signal" in outcome) {
  const { endBySignal } = await import("./job/end-by-signal.ts");
  process.exitCode = endBySignal(outcome.signal);
} else {
  process.exitCode = outcome.exitCode;
}

/** `watch` waits for nothing as long as for the kernel. */
async function expectKernel([command, ...flags]: readonly string[]) {
  if (command !== "watch") return undefined;
  const { expectUsualSensor } = await import("./commands/watch/usual-sensor.ts");
  return expectUsualSensor(flags, process.env);
}

/** Nobody knows what state things are in, so nothing goes on; the kernel keeps what is blocked. */
function crash(error: unknown): void {
  const status = program.fail(error);
  stderr[Symbol.dispose]();
  process.exit(status);
}

/** A directory that was removed still is one to work in, and its name says so: `/gone (deleted)`. */
function readWorkingDirectory(): string {
  return readlinkSync("/proc/self/cwd");
}
