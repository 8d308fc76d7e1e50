/** Files by which a step tells the runner something: GITHUB_STATE, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
import { appendFileSync } from "node:fs";

import { toErrorCode } from "../../agent/errors.ts";

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

export function appendText(path: string | undefined, text: string): Unwritten {
  if (!path) return "the runner gave no file for it";
  try {
    appendFileSync(path, text);
    return undefined;
  } catch (error) {
    return toErrorCode(error) || String(error);
  }
}
