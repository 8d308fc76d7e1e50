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
    await import("../sensor/snapshot.ts");
    yield;
    yield* makeRedaction(redaction);
    yield;
  }
  await rules.load();
  yield;
  yield* makeRedaction(redaction);
}

async function* makeRedaction(redaction: Redaction): AsyncGenerator<undefined> {
  await import("../redact/redaction.ts");
  yield;
  yield* redaction.makeReady?.() ?? [];
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
