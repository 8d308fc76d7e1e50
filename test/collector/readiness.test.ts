import { tmpdir } from "node:os";

import { expect, test } from "vitest";

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
