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
  [
    "sampled every 250 ms, at 12:30; nothing lost.",
    "sampled every 250 ms, at 12:30; nothing lost.",
  ],
  ["CONFIG_DEBUG_INFO_BTF is not set", "CONFIG_DEBUG_INFO_BTF is not set"],
  ["read 1,000 of 203.0.113.9:8080", "read 1,000 of 203.0.113.9:8080"],
  ["sh wrote /a b/c.yml, a hook", "sh wrote `/a b/c.yml`, a hook"],
  ["give `--no x: y`, or (`z`).", "give `--no x: y`, or (`z`)."],
  ["(--no was asked for, see /a)", "(`--no` was asked for, see `/a`)"],
  ["f(x), (<b>", "`f(x),` (`<b>`"],
  ['log of "Run work", 2× (in 5b1d2c3e): x', 'log of "Run work", 2× (in `5b1d2c3e`): x'],
  ["one ` alone", "one `\\x60` alone"],
  ["`a``b`", "`ab`"],
  ["see www.evil.example", "see `www.evil.example`"],
  ["http://evil.example", "`http://evil.example`"],
  ["_x_ and *y*", "`_x_` and `*y*`"],
  ["thanks @octocat", "thanks `@octocat`"],
  ["fixes #1 and GH-2 in 5b1d2c3e", "fixes `#1` and `GH-2` in `5b1d2c3e`"],
  [":tada: 1:100: x", "`:tada`: `1:100`: x"],
  ["a.\n# b", "`a.\\n#` b"],
  ["1. a list", "`1`. a list"],
  ["- a list", "`-` a list"],
  ["<b> </b>", "`<b> </b>`"],
  ["", "–"],
  ["  ", "–"],
])("%j is a sentence as %j", (text, expected) => {
  expect(toProse(text)).toBe(expected);
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
