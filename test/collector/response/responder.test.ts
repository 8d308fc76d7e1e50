/** What one tenant's agents and people begin keeps nobody else from a response. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createResponder, type Responder } from "../../../collector/response/responder.ts";
import { USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import type { StepKind, StepKinds } from "../../../collector/response/step-kind.ts";
import { openSqliteEventStore } from "../../../collector/storage/sqlite/sqlite-event-store.ts";
import { newResponse, POD } from "./support/stored-response.ts";

const MAX_ORDERS = 1_000;
const MAX_AWAITED = 100;
const NO_POD = { pod: null, workflowRun: null, runnerUid: null, commandNumber: null };
/** Nobody answers as long as it goes on. */
const SILENT: StepKind = {
  actMs: 60_000,
  checkMs: 60_000,
  act: (_, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  check: () => Promise.resolve({ status: "not-yet", answer: "it goes on" }),
};
const AWAITED: StepKind = {
  ...SILENT,
  act: () => Promise.resolve({ status: "accepted", answer: "the guard says so" }),
};

let directory: string;
let store: Awaited<ReturnType<typeof openSqliteEventStore>>;
let responder: Responder | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  store = await openSqliteEventStore({ directory, onFault: ignore, onEnd: ignore });
});
afterEach(async () => {
  await responder?.[Symbol.asyncDispose]();
  responder = undefined;
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("a person's order is held up by orders of the same tenant, and by nothing else", async () => {
  await startRun("victim", "victim");
  await startRun("hostile", "hostile");
  const byGuards = listOpen(MAX_ORDERS, "guard", { tenant: "victim", steps: [awaited()] });
  const byPeople = listOpen(MAX_ORDERS, "person", { tenant: "hostile", isAutomatic: false });
  await store.doResponses({ responses: [...byGuards, ...byPeople] });
  responder = start(SILENT);

  await expect(order("hostile")).rejects.toThrow("too many responses are under way");
  expect(await order("victim")).toMatchObject({ runId: "victim", action: "kill-pod" });
});

test("of guards that say they killed their job so many of a tenant are waited for, the others looked at once", async () => {
  const count = MAX_AWAITED + 5;
  const given = { action: "kill-job", steps: [awaited()], target: NO_POD } as const;
  const hostile = listOpen(count, "hostile", { ...given, tenant: "hostile" });
  const honest = listOpen(1, "honest", { ...given, tenant: "honest" });
  await store.doResponses({ responses: [...hostile, ...honest] });
  responder = start(AWAITED);
  const listIds = (state: string) => store.listOpenResponses().filter((one) => one.state === state);
  await expect.poll(() => listIds("verifying").length, { timeout: 60_000 }).toBe(MAX_AWAITED + 1);
  await expect.poll(() => store.listOpenResponses().length).toBe(MAX_AWAITED + 1);

  expect(store.findResponse("honest", "honest-0")?.state).toBe("verifying");
  expect(store.findResponse("hostile", `hostile-${count - 1}`)).toMatchObject({
    state: "failed",
    steps: [{ step: "await-agent", outcome: "failed", answer: "it goes on" }],
  });
});

function start(kind: StepKind): Responder {
  const steps: StepKinds = {
    "await-agent": kind,
    "ask-agent": kind,
    "label-pod": kind,
    "delete-pod": kind,
    "force-delete-pod": kind,
    "delete-runner": kind,
    "cancel-run": kind,
    "force-cancel-run": kind,
  };
  return createResponder({
    store,
    policy: USUAL_RESPONSE,
    steps,
    onRevoke: ignore,
    onChange: ignore,
    onTrouble(_, error) {
      throw error;
    },
    now: () => Date.now(),
    uptime: () => performance.now(),
  });
}

function order(tenant: string) {
  if (responder === undefined) throw new Error("there is no responder");
  const by = "responder 0123456789ab";
  return responder.respond({ tenant, runId: tenant, action: "kill-pod", reason: "it mines", by });
}

function listOpen(count: number, prefix: string, given: Partial<ReturnType<typeof newResponse>>) {
  return Array.from({ length: count }, (_, index) => {
    const id = `${prefix}-${index}`;
    return newResponse({ id, runId: id, ...given });
  });
}

function awaited() {
  const at = { startedAt: 5_000, acceptedAt: null, endedAt: null };
  return { step: "await-agent", outcome: "running", ...at, answer: "" } as const;
}

async function startRun(id: string, tenant: string): Promise<void> {
  const { issuer, uid, name, namespace } = POD;
  await store.startRun({
    id,
    tenant,
    guardRunId: "guard",
    claimHash: `claim of ${id}`,
    version: "0.1.0",
    scope: "pod",
    requestedMode: "audit",
    effectiveMode: "audit",
    ci: null,
    identity: {
      kind: "kubernetes",
      issuer,
      state: "known",
      facts: { namespace, podName: name, podUid: uid, serviceAccount: "runner" },
      said: null,
      contradicts: [],
    },
    startedAt: 1_000,
  });
}

function ignore(): void {}
