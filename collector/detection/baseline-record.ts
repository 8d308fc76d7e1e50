/** A baseline as it is carried from one collector to another: a line of JSON. */
import { z } from "zod";

import type { BaselineName, StoredBaseline } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { decodeBaseline } from "./model/decode-baseline.ts";
import { encodeBaseline } from "./model/encode-baseline.ts";

const MAX_TEXT = 4_096;
const MAX_KEY = 16_384;

const text = z.string().max(MAX_TEXT);
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
  // Another's key would put it before another tenant's runs.
  if (readKeyTenant(key) !== tenant) return "key: is none of this tenant";
  const read = decodeBaseline(JSON.stringify(document));
  if (read.status === "refused") return `baseline: ${read.reason}`;
  return { name: { tenant, key, repository, workflow, job }, baseline: read.baseline };
}

function readKeyTenant(key: string): string | undefined {
  try {
    return KEY_PARTS.safeParse(JSON.parse(key)).data?.[0];
  } catch {
    return undefined;
  }
}
