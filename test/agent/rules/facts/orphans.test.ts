import { expect, test } from "vitest";

import type { Actor } from "../../../../agent/rules/facts/actor.ts";
import { createOrphans } from "../../../../agent/rules/facts/orphans.ts";

const SECOND = 1_000_000;

test("what is there a moment after its step has ended is ripe, once", () => {
  const { orphans, end, review } = watch();
  const root = started(1);
  const child = started(2, root);
  end(root, 10 * SECOND, [child]);

  expect(review(11 * SECOND)).toEqual([]);
  expect(review(12 * SECOND)).toEqual([child.ref.pid]);
  expect(orphans.ripe[0]).toMatchObject({ root: { ref: { pid: 1 } }, isDetached: false });
  expect(review(13 * SECOND)).toEqual([]);
});

test("at the end nothing is waited for", () => {
  const { end, review } = watch();
  const root = started(1);
  const child = started(2, root);
  end(root, 10 * SECOND, [child]);

  expect(review(10 * SECOND, "end")).toEqual([child.ref.pid]);
});

test("what ends in time is none, nor what goes on under a process that is none of the step's first", () => {
  const { end, review } = watch();
  const root = started(1);
  const shell = started(2, root);
  const child = started(3, shell);
  end(shell, 10 * SECOND, [root, child]);
  end(root, 10 * SECOND, [child]);
  end(child, 11 * SECOND, []);

  expect(review(20 * SECOND)).toEqual([]);
});

test("one whose parent ended before the step did is detached, and the eldest stands for its family", () => {
  const { orphans, end, review } = watch();
  const root = started(1);
  const between = started(2, root);
  const daemon = started(3, between);
  const worker = started(4, daemon);
  end(between, 9 * SECOND, [root, daemon, worker]);
  end(root, 10 * SECOND, [daemon, worker]);

  expect(review(20 * SECOND)).toEqual([daemon.ref.pid]);
  expect(orphans.ripe[0]?.isDetached).toBe(true);
});

test("no more are kept than may be", () => {
  const { end, review } = watch();
  const root = started(1);
  end(
    root,
    10 * SECOND,
    Array.from({ length: 100 }, (_, pid) => started(pid + 2, root)),
  );

  expect(review(20 * SECOND)).toHaveLength(16);
});

interface MadeActor extends Actor {
  endedAt: number | undefined;
}

function watch() {
  const orphans = createOrphans({ maxOrphans: 16, hasCommand: true });
  return {
    orphans,
    end: (actor: MadeActor, at: number, living: readonly Actor[]): void => {
      actor.endedAt = at;
      orphans.noteExit(actor, () => living);
    },
    review: (at: number, occasion: "second" | "end" = "second"): number[] => {
      orphans.noteReview(at, occasion);
      return orphans.ripe.map(({ actor }) => actor.ref.pid);
    },
  };
}

function started(pid: number, parent?: Actor): MadeActor {
  return {
    ref: { pid, startTicks: pid },
    id: `${pid}-${pid}`,
    parent,
    depth: 0,
    step: undefined,
    startedAt: 0,
    endedAt: undefined,
    program: {
      executable: "/bin/program",
      name: "program",
      traits: 0,
      args: [],
      argsTruncated: false,
      script: undefined,
      workingDirectory: "/",
      userId: 0,
      image: "file",
      environment: {},
      stdin: undefined,
      stdout: undefined,
      stderr: undefined,
    },
    hasExecuted: true,
  };
}
