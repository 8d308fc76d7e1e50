/** What a guard can do without until its command runs. */
import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Redaction } from "../redact/redaction.ts";
import type { Scope } from "../sensor/sensor.ts";
import type { BegunGuard } from "./begin-guard.ts";
import type { GuardRules } from "./guard-rules.ts";

interface Parts {
  readonly rules: Pick<GuardRules, "load">;
  readonly redaction: Redaction;
  readonly scope: Scope["type"];
}

/**
 * What is needed when the command runs, part by part. A pod or a machine is guarded by then, which is told redacted, and with what
 * runs there: that comes first, since somebody waits for it.
 */
export async function* makeReady({ rules, redaction, scope }: Parts): AsyncGenerator<undefined> {
  yield;
  if (scope !== "command") {
    yield* makeTelling(redaction);
    yield;
  }
  await rules.load();
  yield;
  yield* makeRedaction(redaction);
}

async function* makeTelling(redaction: Redaction): AsyncGenerator<undefined> {
  await import("../sensor/snapshot.ts");
  yield;
  yield* makeRedaction(redaction);
}

async function* makeRedaction(redaction: Redaction): AsyncGenerator<undefined> {
  await import("../redact/redaction.ts");
  yield;
  yield* redaction.makeReady?.() ?? [];
}

/**
 * Makes what a pod's or a machine's guard is told with while others are waited for, such as nft. What fails does so again where it is
 * needed.
 */
export async function makeMeanwhile({ redaction, scope }: Omit<Parts, "rules">): Promise<void> {
  if (scope === "command") return;
  try {
    for await (const _ of makeTelling(redaction)) await nextTurn();
  } catch {
    // Told by whoever asks for it.
  }
}

/**
 * While the kernel checks programs on another processor, `parts` are made. Where there is no other, or no time is left, that waits
 * until the command runs.
 */
export async function useWait(
  kernel: BegunGuard["kernel"],
  parts: AsyncIterable<undefined>,
): Promise<void> {
  if (availableParallelism() < 2) return;
  for await (const _ of parts) {
    // Its end is noticed in a turn of the loop.
    await nextTurn();
    if (kernel?.isChecking !== true) return;
  }
}
