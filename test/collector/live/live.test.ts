import { once } from "node:events";
import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Caller } from "../../../collector/identity/tokens.ts";
import { createChanges } from "../../../collector/live/changes.ts";
import type { FollowedRun } from "../../../collector/live/follow-run.ts";
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

  test("leaves room for other tenants, however many tokens he has", () => {
    live[Symbol.dispose]();
    live = createWatched({ maxOfToken: 2, maxOfTenant: 3 });
    for (const token of ["a", "a", "b"]) watch({ ...CALLER, token });

    expect(() => watch({ ...CALLER, token: "c" })).toThrow("too many are watching");
    expect(() => watch({ ...CALLER, token: "d", tenant: "quiet" })).not.toThrow();
  });

  test("costs no more than all may, however many do not read", async () => {
    live[Symbol.dispose]();
    const lines = "a".repeat(1_000_000);
    const readNext = (_: string, afterSeq: number) => ({ lines, lastSeq: afterSeq + 1 });
    live = createWatched({ maxUnreadBytesOfAll: 3_500_000 }, readNext);
    const answers = Array.from({ length: 6 }, () => new PassThrough());
    const [reader, ...others] = answers;
    for (const answer of answers) live.follow({ caller: CALLER, lastId: undefined }, "run")(answer);
    let taken = 0;
    reader?.on("data", (piece: Buffer) => (taken += piece.length));
    await vi.waitFor(() => expect(taken).toBeGreaterThan(20_000_000));

    expect(others.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false, false]);
    expect(reader?.destroyed).toBe(false);
  });

  test("is not told that others have runs", async () => {
    live[Symbol.dispose]();
    const changes = createChanges(16);
    live = createWatched({ gatherMs: 1 }, undefined, changes);
    const answer = new PassThrough();
    live.watch({ caller: CALLER, lastId: undefined })(answer);
    let told = "";
    answer.setEncoding("utf8").on("data", (piece: string) => (told += piece));
    changes.note({ kind: "run", runId: "of-another-tenant" });
    await vi.waitFor(() => expect(told).toContain("event: hello"));
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    changes.note({ kind: "deeds" });
    await vi.waitFor(() => expect(told).toContain("event: changed"));

    expect(told.match(/"kinds":\[.*?\]/g)).toEqual(['"kinds":["deeds"]']);
  });

  function createWatched(
    bounds: Partial<LiveBounds>,
    readNext: FollowedRun["readNext"] = () => undefined,
    changes = createChanges(16),
  ): Live {
    return createLive({
      changes,
      tenants: { showRun: () => undefined },
      runs: { showRun: () => undefined, readNext },
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
