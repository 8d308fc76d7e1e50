import { AgentError } from "../errors.ts";
import { MAX_POLICY_BYTES, parsePolicy } from "./parse-policy.ts";
import type { ParsedPolicy } from "./parse-policy.ts";
import { toPrintablePath } from "./printable.ts";
import { readTextWithin } from "./read-text-within.ts";

/** Reads and parses a policy file. Throws AgentError `policy-invalid` for one that cannot be read or is wrong. */
export function loadPolicy(path: string): ParsedPolicy {
  if (path === "--") throw refuse(path, "is no file: --policy needs one before the --");
  if (path === "")
    throw new AgentError("policy-invalid", "The policy file has an empty name: give a path.");
  const read = readTextWithin(path, {
    maxBytes: MAX_POLICY_BYTES,
    noun: "a policy",
    describeSize: (bytes) =>
      `is larger than 1 MiB (${bytes} bytes or more): a policy is a few hundred lines`,
  });
  if ("text" in read) return parsePolicy(read.text, path);
  throw refuse(path, read.refusal, { cause: read.cause });
}

function refuse(path: string, reason: string, options?: ErrorOptions): AgentError {
  return new AgentError(
    "policy-invalid",
    `Policy file ${toPrintablePath(path)} ${reason}.`,
    options,
  );
}
