import { describe, expect, test } from "vitest";

import {
  createControlHandlers,
  type Handling,
} from "../../../../agent/commands/watch/control-handlers.ts";
import { createLabels } from "../../../../agent/commands/watch/labels.ts";
import type { AddedValue } from "../../../../agent/redact/redaction.ts";
import type { Report } from "../../../../protocol/index.ts";
import { readSampleReport } from "../../report/sample-report.ts";

describe("finish", () => {
  test("writes the report of all that happened until now", async () => {
    const { handlers, written } = create();

    expect(await handlers.finish()).toEqual({ status: "done", result: { reportWritten: true } });
    expect(written).toHaveLength(1);
  });

  test("without a report file takes in what happened, and says that nothing was written", async () => {
    const { handlers } = create({ writeReport: null });

    expect(await handlers.finish()).toEqual({ status: "done", result: { reportWritten: false } });
  });

  test("that cannot write is refused with the reason", async () => {
    const { handlers } = create({ writeReport: () => Promise.reject(new Error("ENOSPC")) });

    expect(await handlers.finish()).toEqual({
      status: "refused",
      reason: "the report could not be written: ENOSPC",
    });
  });

  test("asked for by many at once makes one report", async () => {
    const { handlers, written } = create();
    const answers = await Promise.all(Array.from({ length: 20 }, () => handlers.finish()));

    expect(answers.filter(({ status }) => status === "done")).toHaveLength(20);
    expect(written).toHaveLength(1);
  });

  test("asked for again and again is refused, so that it does not keep the guard from its work", async () => {
    const { handlers, written } = create();
    const answers: string[] = [];
    for (let count = 0; count < 8; count += 1) answers.push((await handlers.finish()).status);

    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "done"));
    expect(answers.slice(5)).toEqual(["refused", "refused", "refused"]);
    expect(written).toHaveLength(5);
  });
});

describe("tighten", () => {
  test("refuses the whole when one destination could never match", async () => {
    const { handlers, tightened } = create();
    const answer = await handlers.tighten({ deny: ["evil.example", "10.0.0.1/8"] });

    expect(answer).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/^deny: "10/),
    });
    expect(tightened).toEqual([]);
  });

  test("has a bound for all that is denied while the guard lives", async () => {
    const { handlers } = create();
    const deny = Array.from({ length: 200 }, (_, at) => `h${at}.example`);
    const answers: string[] = [];
    for (let count = 0; count < 11; count += 1) {
      answers.push((await handlers.tighten({ deny })).status);
    }

    expect(answers).toEqual([...Array.from({ length: 10 }, () => "done"), "refused"]);
    expect((await handlers.tighten({ deny: [], mode: "block" })).status).toBe("done");
  });
});

describe("labels", () => {
  test("have a bound, and the first value stays", () => {
    const labels = createLabels();
    for (let count = 0; count < 64; count += 1) labels.add({ key: `k${count}`, value: "1" });

    expect(labels.add({ key: "more", value: "" })).toEqual({
      status: "refused",
      reason: "a run has at most 64 labels",
    });
    expect(labels.add({ key: "k0", value: "2" })).toMatchObject({ status: "refused" });
    expect(labels.entries()).toMatchObject({ k0: "1", k63: "1" });
    expect(Object.keys(labels.entries() ?? {})).toHaveLength(64);
  });

  test("named like what every object has are labels and no more", () => {
    const labels = createLabels();
    labels.add({ key: "constructor", value: "x" });
    labels.add({ key: "toString", value: "y" });

    expect(JSON.stringify(labels.entries())).toBe('{"constructor":"x","toString":"y"}');
  });

  test("are absent where there are none", () => {
    expect(createLabels().entries()).toBeUndefined();
  });
});

describe("values to mask", () => {
  test("are masked when that is answered", () => {
    const { handlers, masked } = create();

    expect(handlers.mask({ value: "hunter2secret" })).toEqual({ status: "done" });
    expect(masked).toEqual(["hunter2secret"]);
  });

  test.each([
    { added: "known", answer: { status: "done" } },
    { added: "too-short", answer: { status: "refused", reason: expect.stringContaining("short") } },
    {
      added: "too-common",
      answer: { status: "refused", reason: expect.stringContaining("common") },
    },
    { added: "too-many", answer: { status: "refused", reason: expect.stringContaining("many") } },
  ] as const)("that are $added", ({ added, answer }) => {
    const { handlers } = create({ addValue: () => added });

    expect(handlers.mask({ value: "hunter2secret" })).toEqual(answer);
  });

  test("are no more than a number of them, since a job may ask too", () => {
    const { handlers, masked } = create();
    for (let count = 0; count < 3_000; count += 1) handlers.mask({ value: `value-${count}` });

    expect(masked).toHaveLength(2_000);
    expect(handlers.mask({ value: "one more" })).toMatchObject({ status: "refused" });
  });

  test.each(["known", "too-short"] as const)("that are %s do not count", (added) => {
    let answer: AddedValue = added;
    const { handlers } = create({ addValue: () => answer });
    for (let count = 0; count < 3_000; count += 1) handlers.mask({ value: "the same" });
    answer = "added";

    expect(handlers.mask({ value: "hunter2secret" })).toEqual({ status: "done" });
  });
});

function create(changes: Partial<Handling> = {}) {
  const written: Report[] = [];
  const tightened: unknown[] = [];
  const masked: unknown[] = [];
  const handlers = createControlHandlers({
    labels: createLabels(),
    report: () => Promise.resolve(readSampleReport("sample-run")),
    async writeReport(report) {
      written.push(report);
    },
    async tighten(tightening) {
      tightened.push(tightening);
      return { status: "done" };
    },
    status: () => "fine",
    addValue(value) {
      masked.push(value);
      return "added";
    },
    ...changes,
  });
  return { handlers, written, tightened, masked };
}
