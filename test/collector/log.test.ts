import { expect, test } from "vitest";

import { createLog, type LogLevel } from "../../collector/log.ts";

const HOSTILE = 'a\n{"level":"info"}\r\u001b[31m\u009b2J\u202e\u2028\u0007::set-output\ud800';

test("a line of JSON is one line, whatever it tells of", () => {
  const [lines, log] = record({ isTerminal: false });
  log.write("info", HOSTILE, { name: HOSTILE, count: 3, none: null });

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    count: 3,
    none: null,
    name: expect.stringContaining("\\u{1b}[31m\\u{9b}2J\\u{202e}\\u{2028}"),
  });
});

test("a line for people is one line too, and paints nothing", () => {
  const [lines, log] = record({ isTerminal: true });
  log.write("warn", HOSTILE, { name: HOSTILE });

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn  a\\n[\x20-\x7e]+\n$/);
});

test("a megabyte is cut off", () => {
  const [lines, log] = record({ isTerminal: false });
  log.write("info", "x".repeat(1_000_000), { name: "y".repeat(1_000_000) });

  expect(lines[0]?.length).toBeLessThan(1_200);
});

test.each([false, true])("tokens and keys are not told (to a terminal: %j)", (isTerminal) => {
  const [lines, log] = record({ isTerminal });
  const secret = ["s3cret", "value"].join("-");
  for (const name of ["token", "authorization", "uploadKey", "masterKey", "claim", "proof"]) {
    log.write("error", `sent Bearer ${secret}`, { [name]: secret, said: `basic ${secret}` });
  }

  expect(lines).toHaveLength(6);
  expect(lines.join("")).not.toContain(secret);
  expect(lines.join("")).toContain("[not told]");
});

test("what is below its level is not written", () => {
  const [lines, log] = record({ isTerminal: false, level: "warn" });
  log.write("info", "less");
  log.write("debug", "least");
  log.write("error", "more");

  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["more"]);
  expect([log.has("info"), log.has("warn")]).toEqual([false, true]);
});

function record({ isTerminal, level = "info" }: { isTerminal: boolean; level?: LogLevel }) {
  const lines: string[] = [];
  const log = createLog({ level, isTerminal, writeLine: (line) => lines.push(line) });
  return [lines, log] as const;
}
