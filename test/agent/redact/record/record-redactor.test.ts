import { describe, expect, test } from "vitest";

import { createEventRedactor } from "../../../../agent/redact/record/event-redactor.ts";
import { redactReport } from "../../../../agent/redact/record/report-redactor.ts";
import { createTextRedaction } from "../../../../agent/redact/record/text-redaction.ts";
import { guardEventSchema, reportSchema } from "../../../../protocol/index.ts";
import { findFreeTextFields, withText } from "../../report/free-text-fields.ts";
import {
  dnsQuery,
  eventsDropped,
  fileWritten,
  finding,
  memoryAccess,
  processStarted,
} from "../../report/run-events.ts";
import { readSampleReport } from "../../report/sample-report.ts";
import { createFakeRedaction, everything, MARK, SECRET } from "./fake-redaction.ts";

/** Texts that are the guard's or the policy's own, or a schema's in all but name. */
const KEPT = [
  /\.(?:id|parentId|processId)$/,
  /^run\.(?:id|signal|exitCode)$/,
  /^processes\.\d+\.signal$/,
  /\.rule(?:\.id|\.name)?$/,
  /\.(?:fingerprint|technique|type)$/,
  /\.encodings\.\d+$/,
  /\.destination\.ip$/,
  /^enforcement\.(?:withheld\.\d+|builtIn\..*)$/,
];

const report = readSampleReport("one-of-each");
const fields = findFreeTextFields(report).map((path) => ({ path, name: path.join(".") }));

describe("every free text of a report is redacted, or known to be none of the job's", () => {
  test.each(fields)("$name", ({ path, name }) => {
    const text = `a ${SECRET} b`;
    const texts = createTextRedaction(createFakeRedaction());
    const redacted = redactReport(withText(report, path, text), texts);
    const isKept = KEPT.some((pattern) => pattern.test(name));

    expect(JSON.stringify(redacted).includes(SECRET)).toBe(isKept);
  });
});

test("a report of which every text was replaced is still one", () => {
  const redacted = redactReport(report, everything);

  expect(reportSchema.parse(redacted)).toEqual(redacted);
  expect(redacted.run.command).toHaveLength(report.run.command.length);
  expect(redacted.totals).toEqual(report.totals);
});

test("a report without secrets is the same one", () => {
  expect(redactReport(report, createTextRedaction(createFakeRedaction()))).toBe(report);
});

describe("events", () => {
  const started = processStarted(1, {
    args: ["login", "--password", SECRET],
    preload: { LD_PRELOAD: `/tmp/${SECRET}.so` },
    step: { step: SECRET },
  });

  test("lose their secrets, and tell how many there were and in which event", () => {
    const told: string[] = [];
    const redact = createEventRedactor(createTextRedaction(createFakeRedaction()), (found, event) =>
      told.push(`${found.rule} ${event.kind}`),
    );
    const redacted = redact(started);

    expect(redacted).toEqual({
      ...started,
      args: ["login", "--password", MARK],
      preload: { LD_PRELOAD: `/tmp/${MARK}.so` },
      step: { step: MARK },
    });
    expect(started.args).toContain(SECRET);
    expect(told).toEqual(Array.from({ length: 3 }, () => "known-value process-started"));
  });

  test.each([
    started,
    dnsQuery(1, "example.org"),
    fileWritten(1, "/etc/a", { operation: "rename", originalPath: "/etc/b" }),
    finding(1, { evidence: { path: "/a", list: ["b", { c: "d" }], count: 3 } }),
    memoryAccess(1, 7),
    eventsDropped("kernel-ring-full", 3, "exec"),
  ])("are still what the schema says: $kind", (event) => {
    const redacted = createEventRedactor(everything, () => undefined)(event);

    expect(guardEventSchema.parse(redacted)).toEqual(redacted);
  });

  test("a guard's beginning loses what stands in the entries of its policy", () => {
    const event = guardEventSchema.parse({
      seq: 1,
      observedAt: "2026-01-31T12:00:00.000001Z",
      kind: "guard-started",
      runId: "guard",
      version: "0.1.0",
      command: ["make"],
      scope: "command",
      mode: { requested: "block", effective: "block", reasons: [] },
      egress: {
        unrestricted: false,
        allow: ["github.com:443", `${SECRET}.example.com`],
        deny: [`*.${SECRET}.example`],
        moreAllowed: 0,
        moreDenied: 0,
        dns: "allowed-names",
        sni: "off",
      },
      sensors: [],
    });
    const redact = createEventRedactor(createTextRedaction(createFakeRedaction()), () => undefined);
    const redacted = redact(event);

    expect(guardEventSchema.parse(redacted)).toEqual(redacted);
    expect(redacted).toMatchObject({
      egress: { allow: ["github.com:443", `${MARK}.example.com`], deny: [`*.${MARK}.example`] },
    });
  });

  test("evidence is looked through to its names, and numbers stay", () => {
    const event = finding(1, { evidence: { [SECRET]: [{ deep: SECRET }], count: 3 } });
    const redact = createEventRedactor(createTextRedaction(createFakeRedaction()), () => undefined);

    expect(redact(event)).toMatchObject({ evidence: { [MARK]: [{ deep: MARK }], count: 3 } });
  });
});
