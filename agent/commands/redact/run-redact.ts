import { AgentError } from "../../errors.ts";
import { readInheritance } from "../../job/inheritance.ts";
import { createRedaction, type Redaction } from "../../redact/redaction.ts";
import { toVisibleText, withoutInlineCommands } from "../../visible-text.ts";
import { FINGERPRINT_KEY_VARIABLE, parseFingerprintKey } from "../guarding/fingerprint-key.ts";
import { toMessage } from "../message.ts";
import type { Output, ProgramOptions } from "../program-options.ts";
import type { RunOutcome } from "../run/run-guarded.ts";
import type { Terminal } from "../terminal.ts";
import { addGivenValues } from "./add-given-values.ts";
import { carryThrough } from "./carry-through.ts";
import type { CheckResult } from "./check-result.ts";
import { describeStats } from "./describe-stats.ts";
import { createObservedLog, type ObservedLog } from "./observed-log.ts";
import { openEnds } from "./open-ends.ts";
import { printFindings } from "./print-findings.ts";
import { readFingerprintKey } from "./read-fingerprint-key.ts";
import { ALL_RULES, type RedactFlags } from "./redact-flags.ts";

export interface RedactCommand {
  readonly flags: RedactFlags;
  readonly file: string | undefined;
  readonly environment: ProgramOptions["environment"];
  readonly stderr: Output;
  readonly terminal: Terminal;
  readonly version: string;
  readonly onSignal: ProgramOptions["onSignal"];
}

const DONE = 0;
const FOUND = 1;
/** More than anybody reads, and what GitHub shows of one run; a megabyte or two. */
const MAX_LISTED = 5_000;
/** PATH_MAX. */
const MAX_PATH_CHARACTERS = 4_096;

/** `runner-guard redact`. */
export async function runRedact(command: RedactCommand): Promise<RunOutcome> {
  const { flags, file, stderr, onSignal } = command;
  const { check = false, stats = false, format } = flags;
  if (format !== undefined && !check) {
    throw new AgentError("usage", "--format says how --check prints: give --check too");
  }
  const key = readKey(command);
  const redaction = openRedaction(command, key);
  using ends = openEnds({ file, isCheck: check });
  const log = check || stats ? createObservedLog(redaction, MAX_LISTED) : undefined;
  const signal = await carryThrough({
    file,
    ends,
    openStream: (emit) => log?.openStream(emit) ?? redaction.openStream({ emit }),
    onSignal,
  });
  if (log !== undefined && check) {
    const { renderFindings } = await import("./render-findings.ts");
    const result = { ...toCheckResult(log, command), isKeyLasting: key !== undefined };
    printFindings(renderFindings(result, format ?? "text"));
  }
  if (log !== undefined && stats) stderr.write(toMessage(describeStats(log, redaction.counts)));
  if (signal !== undefined) return { signal };
  return { exitCode: check && log !== undefined && log.total > 0 ? FOUND : DONE };
}

/** The file wins over the variable. */
function readKey({ flags, environment }: RedactCommand): Uint8Array | undefined {
  const path = flags.fingerprintKeyFile;
  if (path !== undefined) return readFingerprintKey(path);
  return parseFingerprintKey(environment[FINGERPRINT_KEY_VARIABLE]);
}

function openRedaction(command: RedactCommand, key: Uint8Array | undefined): Redaction {
  const { flags, environment, stderr } = command;
  const redaction = createRedaction({
    ...(flags.rules ?? ALL_RULES),
    ...(key !== undefined && { fingerprintKey: key }),
  });
  if (key !== undefined) redaction.addValue(key, "the key of fingerprints");
  addGivenValues(redaction, {
    patterns: flags.secretsFromEnv ?? [],
    files: flags.secretsFile ?? [],
    environment: readInheritance(environment).environment,
    // Names of variables and files are whatever somebody chose.
    warn: (message) => stderr.write(redaction.redactText(toMessage(`warning: ${message}`))),
  });
  return redaction;
}

function toCheckResult(
  log: ObservedLog,
  command: RedactCommand,
): Omit<CheckResult, "isKeyLasting"> {
  const { file = "stdin", version, terminal } = command;
  const input = withoutInlineCommands(toVisibleText(file, MAX_PATH_CHARACTERS));
  return { log, input, version, colour: terminal.colour };
}
