import { readFileSync } from "node:fs";

import { type Report, reportSchema } from "../../../protocol/report.ts";

export type SampleName =
  | "sample-run"
  | "empty-run"
  | "degraded-run"
  | "blocked-run"
  | "watched-pod"
  | "one-of-each";

export function readSampleReport(name: SampleName): Report {
  const file = new URL(`../../fixtures/reports/${name}.json`, import.meta.url);
  return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
