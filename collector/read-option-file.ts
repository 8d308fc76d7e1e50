/** Files in JSON that options name: all that is wrong with one is told at once, each with its place and what to write instead. */
import { readFileSync, statSync } from "node:fs";

import type { z } from "zod";

import { listFaults } from "./describe-faults.ts";
import { CollectorError } from "./errors.ts";
import { findJsonFault, findRepeatedMember } from "./find-json-fault.ts";

const MAX_FILE_BYTES = 1_048_576;
const MAX_FAULTS = 50;

export interface OptionFile {
  /** Such as `--alerting`. */
  readonly option: string;
  readonly path: string;
}

/** Throws `usage`, with what is wrong and where. `findMore`: what the schema cannot see, of whatever the file holds. */
export function readOptionFile<Schema extends z.ZodType>(
  file: OptionFile,
  schema: Schema,
  findMore: (value: unknown) => readonly string[] = () => [],
): z.output<Schema> {
  const value = readJson(file);
  const { data, error } = schema.safeParse(value, { reportInput: true });
  const place = { schema, whole: "the file", repeatsWords: true };
  const faults = [
    ...(error === undefined ? [] : listFaults(error.issues, place)),
    ...findMore(value),
  ];
  if (faults.length > 0 || error !== undefined) throw toFaults(file, faults);
  return data;
}

/** One to a line. */
function toFaults(file: OptionFile, faults: readonly string[]): CollectorError {
  const [only = "", ...others] = faults;
  if (others.length === 0) return toUsage(file, only);
  const more = faults.length - MAX_FAULTS;
  const shown = [...faults.slice(0, MAX_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])];
  return toUsage(file, `${faults.length} faults${shown.map((fault) => `\n  ${fault}`).join("")}`);
}

function readJson(file: OptionFile): unknown {
  const text = readText(file);
  const value = parseJson(file, text);
  const repeated = findRepeatedMember(text);
  if (repeated === undefined) return value;
  throw toUsage(
    file,
    `${repeated}: of both the last one alone would hold, so leave one of them out`,
  );
}

function parseJson(file: OptionFile, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw toUsage(file, `is no JSON: ${findJsonFault(text) ?? toReason(error)}`);
  }
}

/** Throws `usage`. */
export function readText(file: OptionFile): string {
  try {
    if (statSync(file.path).size <= MAX_FILE_BYTES) return readFileSync(file.path, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw toUsage(file, isMissing ? "there is no such file" : `cannot be read: ${toReason(error)}`);
  }
  throw toUsage(file, `has more than ${MAX_FILE_BYTES} bytes`);
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

export function toUsage({ option, path }: OptionFile, why: string): CollectorError {
  return new CollectorError("usage", `${option}: ${path}: ${why}`);
}
