/**
 * Starts a command whose output goes through a stand-in of the redaction, as `run --redact-output` does, without the rest of
 * the guard: `redact-command.ts FILE COMMAND [ARG...]`. What came of it is written to the file, as JSON.
 */
import { writeFileSync } from "node:fs";

import { createRedactedOutput } from "../../../../agent/commands/run/redacted-output.ts";
import { toErrorCode } from "../../../../agent/errors.ts";
import { startCommand } from "../../../../agent/job/guarded-command.ts";
import { readInheritance } from "../../../../agent/job/inheritance.ts";
import { letGo } from "../../../../agent/job/let-go.ts";
import { openMaskingStream } from "../../redact/pump/masking-stream.ts";

const [file = "", ...command] = process.argv.slice(2);
const inheritance = { ...readInheritance({}), descriptors: [0, 1, 2] };
using output = createRedactedOutput({
  inheritance,
  onFound: () => undefined,
  redaction: { openStream: ({ emit }) => openMaskingStream(emit) },
});
// Before the start: it may come right after.
process.on("SIGHUP", () => undefined);
const running = await startCommand(command, {
  inheritance,
  searchPath: process.env["PATH"],
  replaces: output.replaces,
});
output.begin(running);
process.on("SIGWINCH", () => output.resize());
const exit = await running.exited;
const { isLeftOpen, errors } = await output.finish();
letGo([2]);
const hasSession = output.session !== undefined;
writeFileSync(
  file,
  JSON.stringify({ ...exit, isLeftOpen, hasSession, errors: errors.map(toErrorCode) }),
);
