import { describe, expect, test } from "vitest";

import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import { createFindPolicyInForce } from "../../../collector/detection/policy-in-force.ts";
import type { StoredBatch } from "../../../collector/stores/event-store.ts";
import type { ShownRun } from "../../../collector/stores/run-queries.ts";
import {
  EGRESS_IN_FORCE_LIMITS,
  type GuardEvent,
  type RunIdentity,
} from "../../../protocol/index.ts";
import { tellsEgress } from "../support/played-job.ts";

const CI = {
  provider: "github-actions",
  repository: "acme/app",
  workflow: "ci",
  job: "build",
  ref: "refs/heads/main",
} as const;
const PROVEN: RunIdentity = {
  kind: "github-oidc",
  issuer: "https://issuer.example",
  state: "known",
  facts: { event: "push" },
  said: CI,
  contradicts: [],
};
const ASKED = { repository: "acme/app", workflow: "ci", job: "build" };
/** A batch as large as one may be. */
const LARGEST = 8_388_608;

describe("is that of the newest run whose guard said one", () => {
  test("whatever came of the run", async () => {
    const { find } = known([
      { id: "newest", allow: ["new.example"] },
      { id: "older", allow: ["old.example"] },
    ]);

    expect(await find("acme", ASKED)).toMatchObject({
      run: { id: "newest" },
      mode: { requested: "block", effective: "audit" },
      egress: { allow: ["new.example"] },
    });
  });

  test("past those of guards that said none, and of runs that sent nothing yet", async () => {
    const { find } = known([{ id: "silent", events: [] }, { id: "old-guard" }, said("older")]);

    expect(await find("acme", ASKED)).toMatchObject({ run: { id: "older" } });
  });

  test("of the same job: legs of a matrix are one, and other jobs and workflows are not", async () => {
    const { find } = known([
      said("other-job", { ci: { ...CI, job: "deploy" } }),
      said("other-workflow", { ci: { ...CI, workflow: "nightly" } }),
      said("no-job", { ci: null }),
      said("leg", { ci: { ...CI, job: "build (arm64, 24)" } }),
      said("older"),
    ]);

    expect(await find("acme", ASKED)).toMatchObject({ run: { id: "leg" } });
    expect(await find("acme", { ...ASKED, job: "build (x64, 22)" })).toMatchObject({
      run: { id: "leg" },
    });
    expect(await find("acme", { repository: "acme/app", job: "deploy" })).toMatchObject({
      run: { id: "other-job" },
    });
  });
});

describe("is not whatever somebody says last", () => {
  test("where another run of the job was proven", async () => {
    const { find } = known([said("by-word"), said("proven", { identity: PROVEN })]);

    expect(await find("acme", ASKED)).toMatchObject({ run: { id: "proven" } });
  });

  test("in a pull request, which can have changed it, where another run is of a branch that teaches", async () => {
    const { find } = known([
      said("pull-request", { ci: { ...CI, ref: "refs/pull/7/merge" } }),
      said("main"),
    ]);

    expect(await find("acme", ASKED)).toMatchObject({ run: { id: "main" } });
  });

  test("where there is no other it is", async () => {
    const { find } = known([said("pull-request", { ci: { ...CI, ref: "refs/pull/7/merge" } })]);

    expect(await find("acme", ASKED)).toMatchObject({ run: { id: "pull-request" } });
  });
});

describe("is looked for within bounds", () => {
  test("in the newest runs of a job, and in one batch of each", async () => {
    const old = Array.from({ length: 30 }, (_, index) => ({ id: `old-${index}` }));
    const { find, read } = known([...old, said("too-far")]);

    await expect(find("acme", ASKED)).rejects.toMatchObject({ code: "not-found" });
    expect(read).toHaveLength(20);
    expect(new Set(read).size).toBe(20);
  });

  test("in so many bytes, whatever batches were made of", async () => {
    const large = Array.from({ length: 10 }, (_, index) => ({ id: `large-${index}` }));
    const { find, read } = known(large, LARGEST);

    await expect(find("acme", ASKED)).rejects.toThrow(/no guard of the job's newest runs has said/);
    expect(read).toHaveLength(2);
  });

  test("and told within bounds, whatever an agent has sent", async () => {
    const allow = Array.from({ length: 20_000 }, (_, index) => `${index}.example`);
    const { find } = known([{ id: "flood", allow }]);
    const { egress } = await find("acme", ASKED);

    expect(egress.allow).toHaveLength(EGRESS_IN_FORCE_LIMITS.maxEntries);
    expect(egress.allow.length + egress.moreAllowed).toBe(allow.length);
  });

  test("and a job that no run is of is said to be none", async () => {
    const { find } = known([said("older")]);

    await expect(find("acme", { ...ASKED, job: "nothing" })).rejects.toThrow(
      /none is of such a job/,
    );
  });
});

interface KnownRun extends Partial<Pick<ShownRun, "ci" | "identity">> {
  readonly id: string;
  /** Undefined: its guard said no policy. */
  readonly allow?: readonly string[];
  /** Undefined: the one with which a guard begins. */
  readonly events?: readonly GuardEvent[];
}

function said(id: string, change: Partial<KnownRun> = {}): KnownRun {
  return { id, allow: [`${id}.example`], ...change };
}

/** The newest first. */
function known(runs: readonly KnownRun[], unpackedBytes = 1_000) {
  const read: string[] = [];
  const find = createFindPolicyInForce({
    store: {
      findRuns: (_tenant, _filter, { after, limit }) => {
        const from = after === undefined ? 0 : runs.findIndex(({ id }) => id === after.id) + 1;
        const items = runs.slice(from, from + limit).map(toShown);
        const last = items.at(-1);
        return { items, damaged: [], next: from + limit < runs.length ? last : undefined };
      },
      listBatches: (runId) => [toBatch(runId), toBatch(runId)],
    },
    readEvents({ mac: runId }) {
      read.push(runId);
      const run = runs.find(({ id }) => id === runId);
      return { events: run?.events ?? [toStarted(run?.allow)], unpackedBytes };
    },
    learn: USUAL_DETECTION.learn,
  });
  return { find, read };
}

function toStarted(allow: readonly string[] | undefined): GuardEvent {
  return {
    seq: 1,
    observedAt: "2026-01-31T12:00:00.000001Z",
    kind: "guard-started",
    runId: "guard",
    version: "0.1.0",
    command: ["make"],
    scope: "command",
    mode: { requested: "block", effective: "audit", reasons: ["it could not"] },
    ...(allow !== undefined && { egress: tellsEgress(allow) }),
    sensors: [],
  };
}

/** Told apart by its MAC. */
function toBatch(runId: string): StoredBatch {
  return {
    firstSeq: 1,
    count: 1,
    mac: runId,
    encoding: "zstd",
    content: new Uint8Array(),
    receivedAt: 0,
  };
}

function toShown({ id, ci = CI, identity = null }: KnownRun): ShownRun {
  return {
    id,
    tenant: "acme",
    guardRunId: "guard",
    claimHash: "",
    version: "0.1.0",
    scope: "command",
    requestedMode: "block",
    effectiveMode: "block",
    ci,
    identity,
    proofHash: null,
    keyGeneration: 1,
    startedAt: 0,
    state: "over",
    acknowledged: 1,
    lastMac: "",
    lastSeenAt: 0,
    endedAt: 0,
    goodbye: null,
    exitCode: 0,
    findings: 0,
    dropped: 0,
    deadLetters: 0,
    stoppedSeq: 1,
    bytes: 1,
    isRevoked: false,
    removal: null,
    outcome: "succeeded",
    isBlockedSince: false,
    unusual: 0,
    level: null,
  };
}
