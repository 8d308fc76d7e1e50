import { describe, expect, test } from "vitest";

import { parseBatch } from "../../../collector/ingest/parse-batch.ts";
import { createScanBatch } from "../../../collector/ingest/scan-batch.ts";

const BOUND = { maxEventBytes: 1_000 };
const WAYS = [
  ["that is read whole", parseBatch],
  ["that is read for roll-ups", createScanBatch()],
] as const;

describe.each(WAYS)("a batch %s", (_way, read) => {
  test("is its events, in order", () => {
    const { events, deadLetters } = parse(heartbeat(7), heartbeat(8));

    expect(events).toMatchObject([{ seq: 7 }, { seq: 8 }]);
    expect(deadLetters.count).toBe(0);
  });

  test.each<[string, string, string]>([
    ["no JSON", "{", "it is no JSON"],
    ["no event", '{"kind":"party","seq":8}', "kind: none that is known"],
    ["an event at another place", heartbeat(9), "seq: 9 where 8 is due"],
    ["too long", heartbeat(8, "x".repeat(1_000)), "it is longer than 1000 bytes"],
    ["an empty line", "", "it is no JSON"],
    ["too deep", deepHeartbeat(8, 64), "it is deeper than 64 brackets"],
    ["as deep as a stack", deepHeartbeat(8, 400), "it is deeper than 64 brackets"],
    ["too deep where a kind takes anything", finding(8, 64), "it is deeper than 64 brackets"],
    [
      "an event with an invalid time",
      heartbeat(8).replace("-01-", "-13-"),
      "observedAt: no text of the form that it has to have",
    ],
  ])("lives on where one line is %s", (_, line, reason) => {
    const { events, deadLetters } = parse(heartbeat(7), line, heartbeat(9));

    expect(events).toMatchObject([{ seq: 7 }, { seq: 9 }]);
    expect(deadLetters).toEqual({ count: 1, first: [{ seq: 8, reason }] });
  });

  test("has an event that is as deep as one may be, and one with brackets that are text", () => {
    const { events } = parse(deepHeartbeat(7, 63), heartbeat(8, "[".repeat(900)), finding(9, 63));

    expect(events).toMatchObject([{ seq: 7 }, { seq: 8 }, { seq: 9 }]);
  });

  test("of nothing but lines that are no events keeps how many, and the first of them", () => {
    const content = Buffer.from("x\n".repeat(10_000));
    const { deadLetters } = read(content, { firstSeq: 7, count: 10_000, ...BOUND });

    expect(deadLetters.count).toBe(10_000);
    expect(deadLetters.first.map(({ seq }) => seq)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  test.each(["plain", "naïve", "日本", "\u{1f600}", "\\u0000"])("keeps %j as it is", (text) => {
    const { events } = parse(
      heartbeat(7),
      `{"seq":8,"observedAt":"2026-01-31T12:00:00.000001Z","kind":"dns-query","process":"1-a","name":"${text}","type":"A","verdict":"allowed","rule":"default","answers":[],"count":1,"firstSeen":"2026-01-31T12:00:00.000001Z","lastSeen":"2026-01-31T12:00:00.000001Z"}`,
    );

    expect(events[1]).toMatchObject({ name: JSON.parse(`"${text}"`) });
  });

  test("with bytes that are no UTF-8 loses what they were, and nothing else", () => {
    const content = Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(`${heartbeat(8)}\n`)]);
    const { events, deadLetters } = read(content, { firstSeq: 7, count: 2, ...BOUND });

    expect([events.length, deadLetters.first]).toEqual([1, [{ seq: 7, reason: "it is no JSON" }]]);
  });

  test.each<[string, string, number]>([
    ["fewer lines", `${heartbeat(7)}\n`, 2],
    ["more lines", `${heartbeat(7)}\n${heartbeat(8)}\n`, 1],
    ["no line", "", 1],
  ])("with %s than its head says is refused", (_, content, count) => {
    expect(() => read(Buffer.from(content), { firstSeq: 7, count, ...BOUND })).toThrow(
      `the batch has not the ${count} lines that its head says`,
    );
  });

  test("whose last line has no end is refused", () => {
    expect(() => read(Buffer.from(heartbeat(7)), { firstSeq: 7, count: 1, ...BOUND })).toThrow(
      "the last line has no line feed",
    );
  });

  function parse(...lines: string[]) {
    const content = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    return read(content, { firstSeq: 7, count: lines.length, ...BOUND });
  }
});

function heartbeat(seq: number, more?: string): string {
  const observedAt = "2026-01-31T12:00:00.000001Z";
  return JSON.stringify({ seq, observedAt, kind: "heartbeat", sensors: [], more });
}

/** As deep as that, and its own bracket around. */
function deepHeartbeat(seq: number, depth: number): string {
  return `${heartbeat(seq).slice(0, -1)},"more":${"[".repeat(depth)}${"]".repeat(depth)}}`;
}

function finding(seq: number, depth: number): string {
  const at = "2026-01-31T12:00:00.000001Z";
  const rule = { id: "shell", name: "Shell" };
  const told = { severity: "high", process: null, message: "", response: "report" };
  const seen = { count: 1, firstSeen: at, lastSeen: at };
  const body = { seq, observedAt: at, kind: "finding", id: "finding-1", rule, ...told, ...seen };
  const evidence = `${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`;
  return `${JSON.stringify(body).slice(0, -1)},"evidence":{"more":${evidence}}}`;
}
