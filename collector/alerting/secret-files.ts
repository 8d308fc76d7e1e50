/** Secrets of sinks: in files, which are read again when they change. */
import { readFileSync, statSync } from "node:fs";

import { CollectorError } from "../errors.ts";

const MAX_SECRET_BYTES = 65_536;

interface KeptSecret {
  readonly text: string;
  /** Of the file that it was read from: another one is there when it differs. */
  readonly mark: string;
}

/** Throws `usage` at the first time, with the place of the option's file that names it. What was read last is good while it cannot be read again. */
export function createReadSecret(): (file: string, place?: string) => string {
  const kept = new Map<string, KeptSecret>();
  return (file, place) => {
    const known = kept.get(file);
    try {
      const { ino, mtimeMs, size } = statSync(file);
      const mark = `${ino} ${mtimeMs} ${size}`;
      if (known?.mark === mark) return known.text;
      const read = { text: readWhole(file), mark };
      kept.set(file, read);
      return read.text;
    } catch (error) {
      if (known !== undefined) return known.text;
      throw toUsage(file, toReason(error), place);
    }
  };
}

function readWhole(file: string): string {
  const text = readFileSync(file, "utf8").trimEnd();
  if (text.length > MAX_SECRET_BYTES)
    throw new SecretFault(`has more than ${MAX_SECRET_BYTES} bytes`);
  if (text === "") throw new SecretFault("is empty; write the secret there, and nothing else");
  return text;
}

class SecretFault extends Error {
  override readonly name = "SecretFault";
}

function toReason(error: unknown): string {
  if (error instanceof SecretFault) return error.message;
  if (error instanceof Error && "code" in error && error.code === "ENOENT")
    return "there is no such file";
  return `cannot be read: ${error instanceof Error ? error.message : ""}`;
}

function toUsage(file: string, why: string, place?: string): CollectorError {
  const named = place === undefined ? file : `${place}: ${file}`;
  return new CollectorError("usage", `--alerting: ${named}: ${why}`);
}
