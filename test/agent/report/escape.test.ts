import { expect, test } from "vitest";

import { escapeJson } from "../../../agent/report/escape/escape-json.ts";
import { toCodeSpan, toProse } from "../../../agent/report/escape/escape-markdown.ts";
import { escapeForTerminal } from "../../../agent/report/escape/escape-terminal.ts";
import { toTableRow } from "../../../agent/report/markdown/markdown-table.ts";
import { toVisibleText } from "../../../agent/visible-text.ts";

test.each([
  ["/usr/bin/gcc-14", "/usr/bin/gcc-14"],
  ["größe 漢字 🦀", "größe 漢字 🦀"],
  ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["\u001b[31m", "\\x1b[31m"],
  ["\u009b\u0000\u007f", "\\x9b\\x00\\x7f"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["a\u200bb", "a\\u200bb"],
  ["e\u0301", "e\\u0301"],
  ["\u{e0041}", "\\u{e0041}"],
  ["a\ud800b", "a\\ud800b"],
  ["a\u00a0b", "a\\xa0b"],
])("what cannot be seen is written out: %j", (text, expected) => {
  expect(toVisibleText(text, 100)).toBe(expected);
});

test("the middle of a long text gives way, and no character is halved", () => {
  expect(toVisibleText("0123456789", 7)).toBe("012…789");
  expect(toVisibleText("🦀".repeat(10), 8)).toBe("🦀🦀…🦀");
});

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
