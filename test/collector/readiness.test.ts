import { tmpdir } from "node:os";

import { expect, test } from "vitest";

import { RequestProblem } from "../../collector/errors.ts";
import { createReadiness } from "../../collector/readiness.ts";

const TOLD = {
  readAlertingFigures: () => ({
    openBySeverity: {},
    waitingBySink: {},
    deadBySink: {},
    unnamedBySink: {},
    oldestDueAt: null,
  }),
};

test("alerts that nobody takes for minutes are told, with whose they are", async () => {
  const now = 1_000_000;
  const read = (oldestDueAt: number) =>
    createReadiness({
      store: {
        checkWritable: async () => undefined,
        findNewestStart: () => 0,
        readAlertingFigures: () => ({
          ...TOLD.readAlertingFigures(),
          waitingBySink: { pager: 3 },
          oldestDueAt,
        }),
      },
      directory: tmpdir(),
      sinks: [],
      now: () => now,
      uptime: () => performance.now(),
    })();

  expect((await read(now - 300_000))[3]).toEqual({ name: "alerting", ok: true });
  expect((await read(now - 301_000))[3]).toEqual({
    name: "alerting",
    ok: false,
    reason: "alerts wait for 301 s (pager); GET /v1/deliveries?state=waiting says why",
  });
});

test("a disk that hangs makes it not ready, and does not keep whoever asks waiting", async () => {
  const readChecks = createReadiness({
    store: { ...TOLD, checkWritable: () => new Promise(() => undefined), findNewestStart: () => 0 },
    directory: tmpdir(),
    sinks: [],
    now: Date.now,
    uptime: () => performance.now(),
  });

  expect((await readChecks())[0]).toMatchObject({
    name: "store",
    ok: false,
    reason: expect.stringContaining("nothing was stored within"),
  });
});

test("a clock that is behind what is stored is told, with by how much", async () => {
  const now = 1_000_000;
  const read = (newestStart: number) =>
    createReadiness({
      store: { ...TOLD, checkWritable: async () => undefined, findNewestStart: () => newestStart },
      directory: tmpdir(),
      sinks: [],
      now: () => now,
      uptime: () => performance.now(),
    })();

  expect((await read(now + 60_000))[2]).toEqual({ name: "clock", ok: true });
  expect((await read(now + 90_000))[2]).toEqual({
    name: "clock",
    ok: false,
    reason: "the clock is 90 s behind what is stored already; set it right",
  });
});

test("a directory that is gone, and data that cannot be read, are told by what the system says of them", async () => {
  const readChecks = createReadiness({
    store: {
      ...TOLD,
      checkWritable: async () => undefined,
      findNewestStart() {
        throw new RequestProblem("storage-failed", "what is stored cannot be read");
      },
    },
    directory: "/nowhere/at/all",
    sinks: [],
    now: Date.now,
    uptime: () => performance.now(),
  });

  expect(await readChecks()).toEqual([
    { name: "store", ok: true },
    { name: "disk", ok: false, reason: "cannot be told (ENOENT)" },
    { name: "clock", ok: false, reason: "cannot be told (storage-failed)" },
    { name: "alerting", ok: true },
  ]);
});
