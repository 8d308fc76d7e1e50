import { expect, test } from "vitest";

import { beginGuard } from "../../../agent/guard/begin-guard.ts";
import { createGuard } from "../../../agent/guard/create-guard.ts";
import { createRedaction } from "../../../agent/redact/redaction.ts";
import type { GuardEvent } from "../../../protocol/index.ts";

test("what an operator asks of a guard that ends is refused, and told of no more", async () => {
  const events: GuardEvent[] = [];
  const parts = {
    choice: "proc",
    scope: { type: "command" },
    policy: null,
    requestedMode: "audit",
    enforcement: "none",
    resolvers: undefined,
    builtIn: [],
    runId: "run-1",
  } as const;
  await using begun = beginGuard(parts);
  await using guard = await createGuard({
    ...parts,
    begun,
    samplePeriodMs: 50,
    version: "1.2.3",
    command: ["true"],
    workingDirectory: process.cwd(),
    ci: null,
    redaction: createRedaction(),
    sendEvent: (event) => events.push(event),
  });
  const order = { by: "admin", reason: "late" };
  guard.noteTightening(order, "mode block");
  const at = Date.now() * 1000;
  const ending = guard.finish({ startedAt: at, endedAt: at, exitCode: 0, signal: null });
  const late = guard.endJob(order);
  await expect(late).rejects.toThrow("the guard is ending");
  await ending;
  guard.noteTightening(order, "dns allowed-names");

  expect(events.filter(({ kind }) => kind === "finding")).toMatchObject([
    { rule: { id: "operator-policy" }, message: expect.stringContaining("mode block") },
  ]);
  expect(events.at(-1)).toMatchObject({ kind: "guard-stopped" });
});
