/** The `runner-guard-collector` command. The one file of the collector that touches the environment, signals and the exit status. */
import { createProgram } from "./command-line/program.ts";
import { createErrorOutput, openStandardError } from "./error-output.ts";

/** What is kept and what is exported is for whoever runs this alone. */
const PRIVATE = 0o077;
/** What a reader of standard error has not taken: some thousand lines. Who stops for a moment misses none of them. */
const MAX_WAITING_BYTES = 1_048_576;
/** At the end. Whoever started the collector waits for 10 seconds at least before he kills it: so long does Docker. */
const LAST_LINES = { idleMs: 1_000, wholeMs: 5_000 };

const { isTTY: isTerminal } = process.stderr;
const errorOutput = createErrorOutput({
  descriptor: openStandardError({ isTTY: isTerminal }),
  maxWaitingBytes: MAX_WAITING_BYTES,
  ...LAST_LINES,
});
process.on("exit", () => errorOutput.finish());

const program = createProgram({
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  isTerminal,
  say,
  writeLine: (line) => errorOutput.write(line),
  waitForEnd,
  setExitStatus: (status) => {
    process.exitCode = status;
  },
});
process.stdout.on("error", (error) => program.failOutput(error));

process.umask(PRIVATE);
await program.run(process.argv.slice(2));

function waitForEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  return promise;
}

function say(text: string): void {
  errorOutput.write(`runner-guard-collector: ${text}\n`);
}
