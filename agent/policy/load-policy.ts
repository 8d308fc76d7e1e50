import { AgentError } from "../errors.ts";
import { MAX_POLICY_BYTES, parsePolicy } from "./parse-policy.ts";
import type { ParsedPolicy } from "./parse-policy.ts";
import { toPrintablePath } from "./printable.ts";
import { readFileWithin } from "./read-file-within.ts";

/** Reads and parses a policy file. Throws AgentError `policy-invalid` for one that cannot be read or is wrong. */
export function loadPolicy(path: string): ParsedPolicy {
  const bytes = readBounded(path);
  if (isUtf16(bytes)) throw refuse(path, "is UTF-16: save it as UTF-8");
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw refuse(path, `is not a text file: it has a NUL byte at offset ${zero}`);
  return parsePolicy(decode(bytes, path), path);
}

function readBounded(path: string): Buffer {
  if (path === "--") throw refuse(path, "is no file: --policy needs one before the --");
  if (path === "")
    throw new AgentError("policy-invalid", "The policy file has an empty name: give a path.");
  const read = readFileWithin(path, {
    maxBytes: MAX_POLICY_BYTES,
    noun: "a policy",
    describeSize: (bytes) =>
      `is larger than 1 MiB (${bytes} bytes or more): a policy is a few hundred lines`,
  });
  if ("bytes" in read) return read.bytes;
  throw refuse(path, read.refusal, { cause: read.cause });
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refuse(path, "is not UTF-8: save it as UTF-8", { cause: error });
  }
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfeff || mark === 0xfffe;
}

function refuse(path: string, reason: string, options?: ErrorOptions): AgentError {
  return new AgentError(
    "policy-invalid",
    `Policy file ${toPrintablePath(path)} ${reason}.`,
    options,
  );
}
