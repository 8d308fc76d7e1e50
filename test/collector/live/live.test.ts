import { once } from "node:events";
import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Caller } from "../../../collector/identity/tokens.ts";
import { createChanges } from "../../../collector/live/changes.ts";
import {
  createLive,
  type Live,
  type LiveBounds,
  USUAL_LIVE_BOUNDS,
} from "../../../collector/live/live.ts";

const CALLER: Caller = { token: "0123456789ab", tenant: "default", role: "viewer" };

describe("whoever watches", () => {
  let live: Live;
  let granted: ReadonlySet<string>;
  beforeEach(() => {
    granted = new Set([CALLER.token, "other"]);
    live = createWatched({ lookMs: 5 });
  });
  afterEach(() => live[Symbol.dispose]());

  test("hears nothing more when the token was taken back, also without a session", async () => {
    const answer = watch(CALLER);
    const other = watch({ ...CALLER, token: "other" });
    granted = new Set(["other"]);
    await once(answer, "close");

    expect(other.writableEnded).toBe(false);
    expect(live.open()).toBe(1);
  });

  function createWatched(bounds: Partial<LiveBounds>): Live {
    return createLive({
      changes: createChanges(16),
      tenants: { showRun: () => undefined },
      runs: { showRun: () => undefined, readNext: () => undefined },
      isGranted: ({ token }) => granted.has(token),
      bounds: { ...USUAL_LIVE_BOUNDS, ...bounds },
    });
  }

  function watch(caller: Caller): PassThrough {
    const answer = new PassThrough();
    live.watch({ caller, lastId: undefined })(answer);
    answer.resume();
    return answer;
  }
});
