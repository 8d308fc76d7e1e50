import { constants } from "node:os";

import type { ExitObservation, ForkObservation, Microseconds } from "../../observation.ts";
import type { RecordView } from "./record-view.ts";

/** Of two names for one number the first is meant: SIGABRT and not SIGIOT, SIGIO and not SIGPOLL. */
const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);
/** wait(2): the low seven bits are the signal, the next says whether there is a core dump, then the exit code. */
const SIGNAL_MASK = 0x7f;

export function decodeFork(view: RecordView, at: Microseconds): ForkObservation {
  return {
    kind: "fork",
    at,
    process: view.process,
    parent: { pid: view.u32(32), startTicks: view.u64(24) },
  };
}

export function decodeExit(view: RecordView, at: Microseconds): ExitObservation {
  const status = view.u32(24);
  const signal = status & SIGNAL_MASK;
  return {
    kind: "exit",
    at,
    process: view.process,
    exitCode: signal === 0 ? (status >>> 8) & 0xff : null,
    signal: signal === 0 ? null : signalName(signal),
  };
}

export function signalName(number: number): string {
  return SIGNAL_NAMES.get(number) ?? `SIG${number}`;
}
