import { expect, test } from "vitest";

import { toMessage } from "../../../agent/commands/message.ts";

test("each line begins with the guard's name", () => {
  expect(toMessage("first\nsecond")).toBe("runner-guard: first\nrunner-guard: second\n");
});

test.each([
  { name: "a terminal's escape sequence", text: "\u001b[2Jx", shown: "\\x1b[2Jx" },
  { name: "a C1 control", text: "\u009b2J", shown: "\\x9b2J" },
  { name: "a bidirectional override", text: "a\u202eb", shown: "a\\u202eb" },
  { name: "a carriage return", text: "a\rb", shown: "a\\rb" },
  { name: "a CI system's command", text: "##[error]x", shown: "#\\x23[error]x" },
])("$name is shown and does nothing", ({ text, shown }) => {
  expect(toMessage(text)).toBe(`runner-guard: ${shown}\n`);
});

test("a megabyte is cut", () => {
  expect(toMessage("x".repeat(1_000_000)).length).toBeLessThan(10_000);
});
