import { expect, test } from "vitest";

import { escapeJson } from "../../../agent/report/escape/escape-json.ts";
import { toCodeSpan, toProse } from "../../../agent/report/escape/escape-markdown.ts";
import { escapeForTerminal } from "../../../agent/report/escape/escape-terminal.ts";
import { toTableRow } from "../../../agent/report/markdown/markdown-table.ts";

test("commands that count anywhere in a line are broken up", () => {
  expect(escapeForTerminal("x ##[group]y")).toBe("x #\\x23[group]y");
  expect(escapeForTerminal("## heading")).toBe("## heading");
});

test.each([
  ["make all", "`make all`"],
  ["`x`", "`\\x60x\\x60`"],
  ["<b>@me [x](y)", "`<b>@me [x](y)`"],
  ["", "–"],
])("code for %j", (text, expected) => {
  expect(toCodeSpan(text)).toBe(expected);
});

test.each([
  ["sampled every 250 ms, at 12:30; nothing lost.", true],
  ["CONFIG_DEBUG_INFO_BTF is not set", true],
  ["see www.evil.example", false],
  ["http://evil.example", false],
  ["_x_ and *y*", false],
  ["thanks @octocat", false],
  ["fixes #1", false],
  ["1. a list", false],
  ["- a list", false],
  ["", false],
])("%j is plain prose: %s", (text, isPlain) => {
  expect(toProse(text) === text).toBe(isPlain);
});

test("pipes in a table are escaped so that no backslash of the text undoes it", () => {
  expect(toTableRow(["`a|b`", "`a\\|b`"])).toBe("| `a\\|b` | `a\\x5c\\|b` |");
});

test("JSON says the same after escaping", () => {
  const value = { text: "a\u202eb\u007f\u009b\u{e0041}\u2028漢" };
  const json = escapeJson(JSON.stringify(value));
  expect(json).toBe(String.raw`{"text":"a\u202eb\u007f\u009b\udb40\udc41\u2028漢"}`);
  expect(JSON.parse(json)).toEqual(value);
});
