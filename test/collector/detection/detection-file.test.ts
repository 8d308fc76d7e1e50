import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  type DetectionSettings,
  readDetectionFile,
  USUAL_DETECTION,
} from "../../../collector/detection/detection-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "detection-"));
  path = join(directory, "detection.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("what a file does not say is as usual", () => {
  expect(read("{}")).toEqual(USUAL_DETECTION);
  expect(read('{"learn": {"refs": ["refs/heads/trunk"], "runs": 5}}').learn).toEqual({
    ...USUAL_DETECTION.learn,
    refs: ["refs/heads/trunk"],
    runs: 5,
  });
});

test("nothing is learned by default of what anybody can begin under the name of a branch", () => {
  const { events, refs } = USUAL_DETECTION.learn;

  for (const event of ["pull_request", "pull_request_target", "issue_comment", "workflow_run"])
    expect(events).not.toContain(event);
  expect(refs).toContain("refs/heads/main");
});

test("what a vendor may begin runs with next year is taken", () => {
  expect(read('{"learn": {"events": ["push", "model_trained"]}}').learn.events).toEqual([
    "push",
    "model_trained",
  ]);
});

describe("a wrong file is refused, with what is wrong and where", () => {
  test.each([
    ["{", "is no JSON"],
    ['{"lern": {}}', "lern: is not known here, did you mean learn?"],
    ['{"learn": {"refs": ["a*b*c"]}}', "learn.refs[0]: no name of a ref such as refs/heads/main"],
    ['{"learn": {"runs": 0}}', "learn.runs: has to have 1 at least"],
    ['{"learn": {"events": "push"}}', "learn.events: has to be a list"],
    ['{"learn": {"events": ["push", "a tag"]}}', "learn.events[1]: no name of what begins runs"],
    [
      '{"learn": {"events": ["relase"]}}',
      'learn.events[0]: no run is begun by "relase", did you mean release?',
    ],
  ])("%s", (text, why) => {
    expect(() => read(text)).toThrow(`--detection: ${path}: ${why}`);
  });

  test("that is not there", () => {
    expect(() => readDetectionFile(path)).toThrow(`--detection: ${path}: there is no such file`);
  });
});

function read(text: string): DetectionSettings {
  writeFileSync(path, text);
  return readDetectionFile(path);
}
