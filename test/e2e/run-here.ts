/** Runs the command line in the test's own process: for what is refused before anything is started, which takes a second by itself otherwise. */
import { createProgram } from "../../agent/commands/program.ts";
import type { Ended, StartOptions, Workplace } from "./guard.ts";

export async function runHere(
  place: Workplace,
  args: readonly string[],
  { env = {} }: Pick<StartOptions, "env"> = {},
): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  const program = createProgram({
    environment: { ...process.env, TMPDIR: place.temporary, ...env },
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    workingDirectory: place.folder,
    onSignal: () => undefined,
    onResize: () => undefined,
  });
  const outcome = await program.run(args);
  const status = "exitCode" in outcome ? outcome.exitCode : null;
  return { status, signal: null, stdout: Buffer.from(stdout), stderr };
}
