import { AgentError, toErrorText } from "../../errors.ts";
import type { RelayedSignal } from "../../job/signal-relay.ts";
import { createPump, type PumpOutcome } from "../../redact/pump/pump.ts";
import type { RedactingStream } from "../../redact/redaction.ts";
import type { ProgramOptions } from "../program-options.ts";
import { type Ends, toUnreadableLog } from "./open-ends.ts";

interface CarryOptions {
  /** Absent: standard input. */
  readonly file: string | undefined;
  readonly ends: Pick<Ends, "input" | "output">;
  readonly openStream: (emit: (bytes: Uint8Array) => void) => RedactingStream;
  readonly onSignal: ProgramOptions["onSignal"];
}

/**
 * From descriptor to descriptor until the input ends, nobody reads the output any more, or a signal asks for the end; then
 * what is held of the last line is shown as at the end of the input, and the signal is told.
 */
export async function carryThrough(options: CarryOptions): Promise<RelayedSignal | undefined> {
  const { file, ends, openStream, onSignal } = options;
  await using pump = createPump({ input: ends.input, output: ends.output, openStream });
  let asked: RelayedSignal | undefined;
  onSignal((signal) => {
    asked ??= signal;
    pump.stop(0);
  });
  throwOnFailure(await pump.ended, file);
  return asked;
}

/** A reader that has enough is no failure: so does `head` end what it reads from. */
function throwOnFailure(outcome: PumpOutcome, file: string | undefined): void {
  if (outcome.status !== "failed") return;
  const { side, error: cause } = outcome;
  throw side === "input"
    ? toUnreadableLog(cause, file)
    : new AgentError("output-unwritable", `the output cannot be written: ${toErrorText(cause)}`, {
        cause,
      });
}
