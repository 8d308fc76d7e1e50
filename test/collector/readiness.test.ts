import { tmpdir } from "node:os";

import { expect, test } from "vitest";

import { RequestProblem } from "../../collector/errors.ts";
import { createReadiness } from "../../collector/readiness.ts";

test("a disk that hangs makes it not ready, and does not keep whoever asks waiting", async () => {
  const readChecks = createReadiness({
    store: { checkWritable: () => new Promise(() => undefined), findNewestStart: () => 0 },
    directory: tmpdir(),
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
      store: { checkWritable: async () => undefined, findNewestStart: () => newestStart },
      directory: tmpdir(),
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
      checkWritable: async () => undefined,
      findNewestStart() {
        throw new RequestProblem("storage-failed", "what is stored cannot be read");
      },
    },
    directory: "/nowhere/at/all",
    now: Date.now,
    uptime: () => performance.now(),
  });

  expect(await readChecks()).toEqual([
    { name: "store", ok: true },
    { name: "disk", ok: false, reason: "cannot be told (ENOENT)" },
    { name: "clock", ok: false, reason: "cannot be told (storage-failed)" },
  ]);
});
