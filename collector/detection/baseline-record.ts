/** A baseline as it is carried from one collector to another: a line of JSON. */
import { z } from "zod";

import type { BaselineName, StoredBaseline } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { decodeBaseline } from "./model/decode-baseline.ts";
import { encodeBaseline } from "./model/encode-baseline.ts";

const MAX_TEXT = 4_096;
const MAX_KEY = 16_384;

const text = z.string().max(MAX_TEXT);
/** What a key has of a repository whose id was proven begins so. */
const PROVEN = "id:";
const KEY_PARTS = z.tuple([text, text.nullable(), text, text, text]);

export const baselineRecordSchema = z.strictObject({
  record: z.literal("baseline"),
  version: z.literal(1),
  tenant: text.min(1),
  key: z.string().max(MAX_KEY),
  repository: text.nullable(),
  workflow: text.nullable(),
  job: text.nullable(),
  /** The model's own document. */
  baseline: z.unknown(),
});
export type BaselineRecord = z.infer<typeof baselineRecordSchema>;

export function toBaselineRecord(
  { tenant, key, repository, workflow, job }: StoredBaseline,
  baseline: Baseline,
): BaselineRecord {
  const document: unknown = JSON.parse(encodeBaseline(baseline));
  return {
    record: "baseline",
    version: 1,
    tenant,
    key,
    repository,
    workflow,
    job,
    baseline: document,
  };
}

export interface StorableBaseline {
  readonly name: BaselineName;
  readonly baseline: Baseline;
}

/** Or, as text, what is wrong with it. */
export function toStorable({
  baseline: document,
  ...record
}: BaselineRecord): StorableBaseline | string {
  const { tenant, key, repository, workflow, job } = record;
  const name = { tenant, key, repository, workflow, job };
  const fault = findKeyFault(name);
  if (fault !== undefined) return fault;
  const read = decodeBaseline(JSON.stringify(document));
  if (read.status === "refused") return `baseline: ${read.reason}`;
  return { name, baseline: read.baseline };
}

/** A key that is another's would put what was learned of one job before the runs of another. */
function findKeyFault(name: BaselineName): string | undefined {
  const parts = KEY_PARTS.safeParse(parseJson(name.key)).data;
  // Written in another way it would be found by no run.
  if (parts === undefined || JSON.stringify(parts) !== name.key)
    return "key: is none of a baseline";
  const [tenant, issuer, repository, workflow, job] = parts;
  if (tenant !== name.tenant) return "key: is none of this tenant";
  // A repository that somebody vouches for is known by its id, and may have had other names since.
  const isNamed = issuer === null || !repository.startsWith(PROVEN);
  if (isNamed && repository !== name.repository) return "key: is none of this repository";
  if (workflow !== (name.workflow ?? "")) return "key: is none of this workflow";
  return job === name.job ? undefined : "key: is none of this job";
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
