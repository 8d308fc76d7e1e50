import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { toLogLine, toMaskCommands } from "../../../action/runner/log-line.ts";
import { createStep } from "../../../action/runner/step.ts";

const folder = mkdtempSync(join(tmpdir(), "action-step-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a line of the log", () => {
  test.each([
    ["::set-output name=a::b", "\\::set-output name=a::b"],
    ["  ::error::x", "\\::error::x"],
    ["a ##[error]x", "a #\\x23[error]x"],
    ["a\r\n::error::x", "a\\r\\n::error::x"],
    ["\u001b[31mred\u202e", "\\x1b[31mred\\u202e"],
  ])("%j does nothing", (text, line) => {
    expect(toLogLine(text)).toBe(line);
  });
});

test("a value of several lines is masked line by line", () => {
  expect(toMaskCommands("one 100%\r\n\ntwo")).toEqual([
    "::add-mask::one 100%25",
    "::add-mask::two",
  ]);
  expect(toMaskCommands("")).toEqual([]);
});

test("a value sets itself and nothing else, whatever it holds", () => {
  const file = join(folder, "output");
  writeFileSync(file, "");
  const hostile = "x\nEOF\nother=1\nrunner-guard-0<<EOF\ny";
  createStep({ GITHUB_OUTPUT: file }, () => undefined).setOutputs({ a: hostile, b: "" });

  const text = readFileSync(file, "utf8");
  const delimiter = /^a<<(?<it>\S+)$/m.exec(text)?.groups?.["it"] ?? "";
  expect(text).toBe(`a<<${delimiter}\n${hostile}\n${delimiter}\nb<<${delimiter}\n\n${delimiter}\n`);
  expect(hostile).not.toContain(delimiter);
});

test("what cannot be written is told, and ends nothing", () => {
  const lines: string[] = [];
  const step = createStep({ GITHUB_STATE: "/dev/full" }, (line) => lines.push(line));
  step.setState({ a: "b" });
  step.setOutputs({ a: "b" });

  expect(lines).toEqual([
    "::warning title=Runner Guard::The state cannot be told: ENOSPC.",
    "::warning title=Runner Guard::The outputs cannot be told: the runner gave no file for it.",
  ]);
});

test("a pipe or a link in the place of the runner's file is told, and nobody waits or writes elsewhere", () => {
  const [pipe, link, elsewhere] = [
    join(folder, "pipe"),
    join(folder, "link"),
    join(folder, "elsewhere"),
  ];
  execFileSync("mkfifo", [pipe]);
  writeFileSync(elsewhere, "");
  symlinkSync(elsewhere, link);
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  createStep({ GITHUB_OUTPUT: pipe, GITHUB_STATE: link }, write).setOutputs({ a: "b" });
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const step = createStep({ GITHUB_OUTPUT: pipe, GITHUB_STATE: link }, write);
  step.setOutputs({ a: "b" });
  step.setState({ a: "b" });
  closeSync(reader);

  expect(lines).toEqual([
    "::warning title=Runner Guard::The outputs cannot be told: ENXIO.",
    "::warning title=Runner Guard::The outputs cannot be told: a pipe is in its place.",
    "::warning title=Runner Guard::The state cannot be told: ELOOP.",
  ]);
  expect(readFileSync(elsewhere, "utf8")).toBe("");
});
