import { AgentError } from "../errors.ts";
import { toPrintablePath } from "./printable.ts";
import { readTextWithin } from "./read-text-within.ts";

/** 1 MiB: some 30,000 lines, more than anyone keeps by hand. */
export const MAX_POLICY_BYTES = 1_048_576;

/** What a policy file holds. Throws AgentError `policy-invalid` for one that cannot be read. */
export function readPolicyText(path: string): string {
  if (path === "")
    throw new AgentError("policy-invalid", "The policy file has an empty name: give a path.");
  const read = readTextWithin(path, {
    maxBytes: MAX_POLICY_BYTES,
    noun: "a policy",
    describeSize: (bytes) =>
      `is larger than 1 MiB (${bytes} bytes or more): a policy is a few hundred lines`,
  });
  if ("text" in read) return read.text;
  throw refuse(path, read.refusal, { cause: read.cause });
}

function refuse(path: string, reason: string, options?: ErrorOptions): AgentError {
  return new AgentError(
    "policy-invalid",
    `Policy file ${toPrintablePath(path)} ${reason}.`,
    options,
  );
}
