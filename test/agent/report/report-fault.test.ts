import { assert, jsonValue, property } from "fast-check";
import { expect, test } from "vitest";

import { findReportFault } from "../../../agent/report/report-fault.ts";
import { reportSchema } from "../../../protocol/report.ts";
import { anyBroken, anyOfSchema } from "../../support/any-of-schema.ts";
import { findFreeTextFields, withTextEverywhere } from "./free-text-fields.ts";
import { readSampleReport } from "./sample-report.ts";

const anyReport = anyOfSchema(reportSchema);
const sample = readSampleReport("one-of-each");

function isTaken(value: unknown): boolean {
  return reportSchema.safeParse(value).success;
}

test("takes reports as they should be, whatever their texts are", () => {
  const hostile = withTextEverywhere(sample, findFreeTextFields(sample), "\u001b[2J\n::set-output");
  expect([sample, hostile].map(findReportFault)).toEqual([undefined, undefined]);
  assert(
    property(anyReport, (report) => {
      expect([findReportFault(report), isTaken(report)]).toEqual([undefined, true]);
    }),
    { numRuns: 100 },
  );
});

test("refuses what the schema refuses, of reports of which one member is off", () => {
  let refused = 0;
  assert(
    property(anyBroken(anyReport), (report) => {
      const fault = findReportFault(report);
      refused += Number(fault !== undefined);
      expect([report, fault === undefined]).toEqual([report, isTaken(report)]);
    }),
    { numRuns: 200 },
  );
  expect(refused).toBeGreaterThan(20);
});

test("refuses JSON that is no report", () => {
  assert(
    property(jsonValue(), (value) => {
      expect(findReportFault(value) === undefined).toBe(isTaken(value));
    }),
  );
  expect(findReportFault({ ...sample, version: 2 })).toBe("version: not 1");
  expect(findReportFault({ ...sample, processes: [{}] })).toBe(
    "processes[].pid: no whole number above 0",
  );
});
