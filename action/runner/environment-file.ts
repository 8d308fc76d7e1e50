/** Files by which a step tells the runner something: GITHUB_STATE, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
import { closeSync, constants, fstatSync, openSync } from "node:fs";

import { toErrorCode, toErrorText } from "../../agent/errors.ts";
import { writeParts } from "../../agent/report/write-parts.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
const MODE = 0o644;

/** Undefined where it is written; else why not, in a few words. */
export type Unwritten = string | undefined;

/** With a delimiter that no value holds, so that a value of several lines sets nothing else. */
export function setValues(
  path: string | undefined,
  values: Readonly<Record<string, string>>,
): Unwritten {
  const delimiter = toDelimiter(Object.values(values).join("\n"));
  const entries = Object.entries(values).map(
    ([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`,
  );
  return appendText(path, entries.join(""));
}

function toDelimiter(text: string): string {
  let number = 0;
  while (text.includes(`runner-guard-${number}`)) number += 1;
  return `runner-guard-${number}`;
}

/** The job may have put a pipe or a link in its place meanwhile. */
export function appendText(path: string | undefined, text: string): Unwritten {
  if (!path) return "the runner gave no file for it";
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, FLAGS, MODE);
    if (fstatSync(descriptor).isFIFO()) return "a pipe is in its place";
    writeParts(descriptor, [text]);
    return undefined;
  } catch (error) {
    return toErrorCode(error) || toErrorText(error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
