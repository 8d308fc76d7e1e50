import { describe, expect, test } from "vitest";

import { type Baseline, createBaseline } from "../../../collector/detection/model/baseline.ts";
import { toState } from "../../../collector/detection/model/describe-state.ts";
import { expect as expectAnomaly } from "../../../collector/detection/model/expect.ts";
import { learn } from "../../../collector/detection/model/learn.ts";
import { DEFAULT_SETTINGS } from "../../../collector/detection/model/model-settings.ts";
import {
  noteDeed,
  noteExpectation,
  noteLesson,
} from "../../../collector/detection/to-change-note.ts";
import type { EventsOfRun } from "./model/support/events-of-run.ts";
import { learnRuns, playBuild, type Play, profileOf } from "./model/support/learned.ts";

const RUN = "00000000-0000-4000-8000-000000000001";
const NONE = { destination: 0, signal: 0, process: 0, host: 0, file: 0 };
const BY = { role: "responder", token: "3f032ed3c46d", owner: "Ada", reason: "we moved" };
const known = learnRuns(playBuild, 20);

describe("of a run", () => {
  test("that did what the job does nothing is kept", () => {
    expect(teach(known, playBuild)).toBeUndefined();
  });

  test("what is new is named as the baseline's page names it, destinations first", () => {
    const note = teach(known, (run) => {
      const { npm } = playBuild(run);
      run.write(npm, "/etc/cron.d/build");
      run.start("/usr/bin/wget", { parent: npm });
      run.find("reverse-shell", "low");
      run.ask(npm, "collect.evil.example");
      run.connect(npm, "collect.evil.example", { port: 8_443 });
    });

    expect(note).toMatchObject({ kind: "learned", runId: RUN, runs: 21, state: null, by: null });
    expect(note?.added.counts).toEqual({ ...NONE, destination: 1, signal: 1, process: 1, file: 1 });
    expect(note?.added.named).toEqual([
      {
        kind: "destination",
        program: "node npm",
        hosts: ["collect.evil.example"],
        moreHosts: 0,
        port: 8_443,
        transport: "tcp",
      },
      { kind: "signal", signal: "finding:reverse-shell" },
      { kind: "process", parent: "node npm", program: "wget" },
      { kind: "file", place: "/etc/cron.d" },
    ]);
    expect(note?.forgotten).toEqual({ counts: NONE, named: [] });
  });

  test("another host of a destination that is known is told of by itself", () => {
    const note = teach(known, (run) => run.connect(playBuild(run).npm, "mirror.npmjs.org"));

    expect(note?.added.named).toEqual([{ kind: "host", host: "mirror.npmjs.org" }]);
  });

  test("all is new in the first one, and is counted alone", () => {
    const note = teach(createBaseline(), playBuild);

    expect(note?.added.named).toEqual([]);
    expect(note?.added.counts).toMatchObject({ destination: 2, process: 3 });
  });

  test("what it is forgotten by is told of", () => {
    const once = learnRuns((run) => run.connect(playBuild(run).npm, "once.example"), 1);
    const settings = { ...DEFAULT_SETTINGS, fadeAfterRuns: 4 };
    const before = { ...once, runs: 3 };
    const note = teach(before, playBuild, settings);

    expect(note?.forgotten.named).toMatchObject([{ kind: "destination", hosts: ["once.example"] }]);
  });

  test("that moves the state, why is said, also where nothing is new", () => {
    const early = learnRuns(playBuild, 10);
    const late = learnRuns((run, index) => playRestless(run, index), 19);
    const restless = learnRuns((run, index) => playRestless(run, index), 20);
    const quiet = learnRuns(playBuild, 10, restless);

    expect(teach(early, playBuild)?.state).toEqual({
      from: "learning",
      to: "stable",
      reason: "It was learned from 11 runs, and the last 10 brought nothing new.",
    });
    expect(teach(late, playBuild)?.state).toMatchObject({ from: "learning", to: "unstable" });
    expect(teach(quiet, playBuild)?.state).toEqual({
      from: "unstable",
      to: "stable",
      reason: "Fewer than half of the last 20 runs brought something new.",
    });
    expect(teach(learnRuns(playBuild, 11), (run) => playRestless(run, 1))?.state).toMatchObject({
      from: "stable",
      to: "learning",
      reason: expect.stringContaining("learned from 12 of 20 runs"),
    });
  });

  test("the state that it was stored in counts, though its bounds are others since", () => {
    const settings = { ...DEFAULT_SETTINGS, learningRuns: 3 };
    const before = learnRuns(playBuild, 5);
    const after = learn(before, profileOf(playBuild), 1, settings);

    expect(noteLesson(RUN, { before, from: "learning", after, settings })?.state).toEqual({
      from: "learning",
      to: "stable",
      reason: "As many runs have taught it as it takes: 3.",
    });
  });

  test("it is short, whatever the run did, and all of it is counted", () => {
    const note = teach(known, (run) => {
      for (let index = 0; index < 1_900; index += 1) {
        const name = toLetters(index);
        const process = run.start(`/tmp/${"\\".repeat(300)}${name}`);
        run.connect(process, `${name}${"h".repeat(50)}.example`);
        run.write(process, `/etc/${name}`);
        run.find(`rule-${name}`, "low");
      }
    });

    expect(JSON.stringify(note).length).toBeLessThan(10_000);
    expect(note?.added.named.length).toBeGreaterThan(3);
    expect(note?.added.named.length).toBeLessThanOrEqual(50);
    expect(note?.added.counts.destination).toBeGreaterThan(1_000);
  });
});

describe("of an operator's deed", () => {
  test("who said that a finding is expected is kept, with why, and what is known by that", () => {
    const features = [{ kind: "signal", signal: "finding new" }] as const;
    const after = expectAnomaly(known, { features, volumes: [] }, 1) ?? known;
    const name = { runId: RUN, id: "new-destination-1" };
    const cause = { name, rule: "new-destination", message: "m".repeat(9_000), by: BY };
    const note = noteExpectation(cause, toChanged(known, after));

    expect(note).toMatchObject({
      kind: "expected",
      runId: RUN,
      findingId: "new-destination-1",
      runs: 20,
      added: { named: [{ kind: "signal", signal: "finding new" }] },
      by: BY,
    });
    expect(note.finding?.message).toHaveLength(400);
  });

  test("what was forgotten when it was reset is counted, and said as far as it is known", () => {
    const by = { ...BY, owner: null, reason: `${"r".repeat(398)}😀 and more` };
    const note = noteDeed("reset", by, toChanged(known, createBaseline()));
    const damaged = noteDeed("reset", by, {
      ...toChanged(known, createBaseline()),
      before: undefined,
    });

    expect(note).toMatchObject({
      kind: "reset",
      runs: 0,
      state: {
        from: "stable",
        to: "learning",
        reason: "Nothing is learned yet, and nothing is judged by it.",
      },
    });
    expect(note.forgotten.counts).toMatchObject({ destination: 2, process: 3 });
    expect(note.by?.reason).toHaveLength(400);
    expect(note.by?.reason?.isWellFormed()).toBe(true);
    expect(damaged.forgotten.counts).toEqual(NONE);
  });
});

function teach(before: Baseline, play: Play, settings = DEFAULT_SETTINGS) {
  const after = learn(before, profileOf(play), 1, settings);
  return noteLesson(RUN, { before, from: toState(before, settings), after, settings });
}

function toChanged(before: Baseline, after: Baseline) {
  return { before, from: toState(before), after, settings: DEFAULT_SETTINGS };
}

function playRestless(run: EventsOfRun, index: number): void {
  run.connect(playBuild(run).npm, `${toLetters(index)}-place.example`);
}

/** Digits would be taken for what changes from run to run. */
function toLetters(index: number): string {
  return [26 ** 2, 26, 1]
    .map((place) => String.fromCharCode(97 + (Math.floor(index / place) % 26)))
    .join("");
}
