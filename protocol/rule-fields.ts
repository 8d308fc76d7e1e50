/** What a policy's own rules can ask of, by what they look at. */
import { z } from "zod";

import {
  fileOperationSchema,
  memoryAccessMethodSchema,
  privilegedOperationNameSchema,
} from "./events.ts";
import { transportSchema } from "./primitives.ts";
import { addressMatch, choiceMatch, numberMatch, textMatch } from "./rule-matches.ts";

const PROCESS_FIELDS = {
  "process.executable": textMatch.optional(),
  "process.name": textMatch.optional(),
  "process.args": textMatch.optional(),
  "process.script": textMatch.optional(),
  "process.image": choiceMatch(["file", "memfd", "deleted"]).optional(),
  "process.working_directory": textMatch.optional(),
  "process.parent.executable": textMatch.optional(),
  "process.parent.name": textMatch.optional(),
  "process.parent.args": textMatch.optional(),
  "process.ancestor.executable": textMatch.optional(),
  "process.ancestor.name": textMatch.optional(),
  "process.ancestor.args": textMatch.optional(),
  "user.id": numberMatch.optional(),
  step: textMatch.optional(),
};
const CONNECTION_FIELDS = {
  "destination.ip": addressMatch.optional(),
  "destination.domain": textMatch.optional(),
  "destination.port": numberMatch.optional(),
  "destination.path": textMatch.optional(),
  "network.transport": choiceMatch(transportSchema.options).optional(),
};
const DNS_FIELDS = {
  "dns.question.name": textMatch.optional(),
  "dns.question.type": textMatch.optional(),
};
const FILE_FIELDS = {
  "file.path": textMatch.optional(),
  "file.original_path": textMatch.optional(),
  "file.operation": choiceMatch(fileOperationSchema.options).optional(),
};
const MEMORY_FIELDS = { "memory.method": choiceMatch(memoryAccessMethodSchema.options).optional() };
const PRIVILEGED_FIELDS = {
  "privileged.operation": choiceMatch(privilegedOperationNameSchema.options).optional(),
  "privileged.detail": textMatch.optional(),
};

export const fieldsSchema = z.strictObject({
  ...PROCESS_FIELDS,
  ...CONNECTION_FIELDS,
  ...DNS_FIELDS,
  ...FILE_FIELDS,
  ...MEMORY_FIELDS,
  ...PRIVILEGED_FIELDS,
});

export const userRuleKindSchema = z.enum([
  "process",
  "connection",
  "dns-query",
  "file",
  "file-read",
  "memory-access",
  "privileged-operation",
]);
export type UserRuleKind = z.infer<typeof userRuleKindSchema>;

const OWN_FIELDS: Readonly<Record<UserRuleKind, readonly string[]>> = {
  process: [],
  connection: Object.keys(CONNECTION_FIELDS),
  "dns-query": Object.keys(DNS_FIELDS),
  file: Object.keys(FILE_FIELDS),
  "file-read": ["file.path"],
  "memory-access": Object.keys(MEMORY_FIELDS),
  "privileged-operation": Object.keys(PRIVILEGED_FIELDS),
};

export function toFields(kind: UserRuleKind): string[] {
  return [...Object.keys(PROCESS_FIELDS), ...OWN_FIELDS[kind]];
}

/** Those that are compared with numbers. */
export const NUMBER_FIELDS: readonly string[] = ["user.id", "destination.port"];
