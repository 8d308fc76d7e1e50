/** What each answer of a collector makes of the sending: states are data, so nothing has to be there for it. */
import { describe, expect, test } from "vitest";

import { advance, type Answer, type Effect } from "../../../agent/stream/advance.ts";
import type { Refusal, StartedRun } from "../../../agent/stream/collector-session.ts";
import { type Progress, toFirstProgress, toSending } from "../../../agent/stream/progress.ts";
import type { Outgoing } from "../../../agent/stream/sendable.ts";

const RUN: StartedRun = { runId: "A", uploadKey: "", acknowledged: 0, lastMac: "" };
const NOBODY_WAITS = { head: () => undefined };
const OUT_OF_STEP: Refusal = { status: "out-of-step", reason: "gap" };
/** Ten lines, of which one tells of five events that were let go of. */
const BATCH: Outgoing = {
  batch: { firstSeq: 1, count: 10, content: Buffer.alloc(0) },
  toEvent: 14,
  isWaiting: true,
  told: new Map([["spool-full", 5]]),
};

function start(acknowledged: number, runId = "A"): Answer {
  const run = { ...RUN, runId, acknowledged };
  return { to: "start", reply: { status: "started", run }, waiting: NOBODY_WAITS };
}

function follow(progress: Progress, ...answers: Answer[]): Progress {
  return answers.reduce((before, answer) => advance(before, answer).progress, progress);
}

function send(outgoing = BATCH): Progress {
  return toSending(follow(toFirstProgress(), start(0)), RUN, outgoing);
}

function toDone(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.do);
}

describe("a start", () => {
  test("opens the run and tells of it", () => {
    const { progress, effects } = advance(toFirstProgress(), start(0));

    expect(progress.phase.name).toBe("open");
    expect(toDone(effects)).toContain("tell-run");
  });

  test.each(["unauthorized", "refused", "out-of-step", "over"] as const)(
    "that is answered with %s waits for somebody who mends it",
    (status) => {
      const reply = { status, reason: "because" };
      const { progress, effects } = advance(toFirstProgress(), {
        to: "start",
        reply,
        waiting: NOBODY_WAITS,
      });

      expect(progress.phase.name).toBe("asking");
      expect(toDone(effects)).toEqual(["tell-trouble", "await-mending"]);
    },
  );

  test("that nobody answered is for another time", () => {
    const reply = { status: "unreachable", reason: "away" } as const;
    const answer = { to: "start", reply, waiting: NOBODY_WAITS } as const;

    expect(toDone(advance(toFirstProgress(), answer).effects)).toEqual(["tell-trouble"]);
  });

  test("at a collector that has what this guard never sent ends the sending", () => {
    const taken = follow(send(), {
      to: "batch",
      reply: { status: "appended", acknowledged: 10, mac: "m" },
    });
    const asked = follow(toSending(taken, RUN, BATCH), { to: "batch", reply: OUT_OF_STEP });

    expect(follow(asked, start(15)).phase).toEqual({ name: "ended", outcome: "unfinished" });
  });

  test("says what is missing after each of two times that the collector went back", () => {
    const take = (progress: Progress, toEvent: number, count: number): Progress => {
      const firstSeq = progress.position.acknowledged + 1;
      const batch = { firstSeq, count, content: Buffer.alloc(0) };
      const acknowledged = firstSeq + count - 1;
      return follow(
        toSending(progress, RUN, { batch, toEvent, isWaiting: true, told: new Map() }),
        {
          to: "batch",
          reply: { status: "appended", acknowledged, mac: "m" },
        },
      );
    };
    const goBack = (progress: Progress, acknowledged: number): Progress =>
      follow(
        toSending(progress, RUN, BATCH),
        { to: "batch", reply: OUT_OF_STEP },
        start(acknowledged),
      );
    const full = take(follow(toFirstProgress(), start(0)), 100, 100);
    const first = goBack(full, 50);
    // One number tells of fifty events, and nine are events.
    const second = goBack(take(first, 109, 10), 45);
    const third = goBack(take(second, 120, 12), 57);

    expect([first, second, third].map(({ position }) => position.toEvent)).toEqual([50, 45, 120]);
  });

  test("at another collector says how much that one lacks", () => {
    const taken = follow(send(), {
      to: "batch",
      reply: { status: "appended", acknowledged: 10, mac: "m" },
    });
    const asked = follow(toSending(taken, RUN, BATCH), { to: "batch", reply: OUT_OF_STEP });
    const { progress, effects } = advance(asked, start(0, "B"));

    expect(progress).toMatchObject({ position: { runId: "B", toEvent: 0 }, reached: 14 });
    expect(effects).toContainEqual({ do: "set-elsewhere", count: 14 });
    expect(progress.known.get("A")).toMatchObject({ acknowledged: 10, toEvent: 14 });
    expect(asked.known.size).toBe(0);
  });
});

describe("a batch", () => {
  test("that was taken is removed, and counts without what it told of", () => {
    const { progress, effects } = advance(send(), {
      to: "batch",
      reply: { status: "appended", acknowledged: 10, mac: "m" },
    });

    expect(progress).toMatchObject({
      phase: { name: "open", run: { acknowledged: 10, lastMac: "m" } },
      position: { acknowledged: 10, toEvent: 14, sending: undefined },
      reached: 14,
      stored: 9,
    });
    expect(toDone(effects)).toEqual(["tell-trouble", "remove-first"]);
  });

  test("that was refused is lost, and what it told of is told by another", () => {
    const { progress, effects } = advance(send(), {
      to: "batch",
      reply: { status: "refused", reason: "never" },
    });

    expect(progress).toMatchObject({
      phase: { name: "open" },
      position: { toEvent: 0 },
      stored: 0,
    });
    expect(effects).toEqual([
      { do: "lose", reason: "refused", count: 9 },
      { do: "give-back", told: BATCH.told },
      { do: "remove-first", count: 1 },
      { do: "tell-trouble", reason: "never" },
    ]);
  });

  test("whose answer was lost counts once, when the collector says that it has it", () => {
    const asked = follow(send(), { to: "batch", reply: OUT_OF_STEP });
    const { progress, effects } = advance(asked, start(10));

    expect(asked.phase).toMatchObject({ name: "asking", doubtful: BATCH });
    expect(progress).toMatchObject({ phase: { name: "open" }, stored: 9, reached: 14 });
    expect(effects).toContainEqual({ do: "give-back", told: new Map() });
  });

  test("that did not arrive is made anew, and tells what it would have told", () => {
    const asked = follow(send(), { to: "batch", reply: OUT_OF_STEP });
    const { progress, effects } = advance(asked, start(0));

    expect(progress).toMatchObject({ phase: { name: "open" }, stored: 0, reached: 0 });
    expect(effects).toContainEqual({ do: "give-back", told: BATCH.told });
  });

  test("of copies goes once, and counts for nothing", () => {
    const copies = { ...BATCH, toEvent: 0, isWaiting: false, told: new Map() };
    const { progress, effects } = advance(
      { ...send(copies), copies: ["a"] },
      { to: "batch", reply: { status: "appended", acknowledged: 10, mac: "m" } },
    );

    expect(progress).toMatchObject({ copies: [], stored: 0, reached: 0 });
    expect(toDone(effects)).toEqual(["tell-trouble"]);
  });
});

test("whoever does not agree is asked five times, and then when somebody has mended it", () => {
  let progress = send();
  const mended: boolean[] = [];
  for (let round = 0; round < 7; round += 1) {
    const { progress: asked, effects } = advance(progress, { to: "batch", reply: OUT_OF_STEP });
    mended.push(toDone(effects).includes("await-mending"));
    progress = toSending(follow(asked, start(0)), RUN, BATCH);
  }

  expect(mended).toEqual([false, false, false, false, false, true, true]);
});

test.each<[string, Extract<Answer, { to: "goodbye" }>["reply"], unknown]>([
  ["taken", { status: "finished" }, { name: "ended", outcome: "finished" }],
  ["refused", { status: "refused", reason: "no" }, { name: "ended", outcome: "unfinished" }],
  ["answered by a gap", OUT_OF_STEP, { name: "asking", isFirst: false, doubtful: undefined }],
])("a goodbye that is %s leads there", (_, reply, phase) => {
  const open = follow(toFirstProgress(), start(0));

  expect(advance(open, { to: "goodbye", reply }).progress.phase).toEqual(phase);
});
