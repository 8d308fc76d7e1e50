import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { renderJson } from "../../../agent/report/render-json.ts";
import { renderTerminalSummary } from "../../../agent/report/render-terminal.ts";
import { displayWidth } from "../../../agent/report/terminal/display-width.ts";
import { reportSchema } from "../../../protocol/report.ts";
import { findFreeTextFields, withText, withTextEverywhere } from "./free-text-fields.ts";
import { hostileTexts, mixedTexts } from "./hostile-texts.ts";
import { findHarmInPage } from "./read-page.ts";
import { renderPage } from "./render-page.ts";
import { readSampleReport } from "./sample-report.ts";

const sample = readSampleReport("one-of-each");
const fields = findFreeTextFields(sample);
const [NARROW, WIDE] = [40, 120];

test("the sample has every text that a job can write", () => {
  expect(fields.map((path) => path.join("."))).toEqual(
    expect.arrayContaining([
      "run.command.0",
      "processes.0.executable",
      "processes.0.args.0",
      "processes.0.script",
      "processes.0.earlierPrograms.0.executable",
      "connections.0.destination.domain",
      "connections.1.destination.path",
      "files.0.path",
      "fileReads.0.path",
      "privilegedOperations.0.detail",
      "findings.0.message",
      "findings.0.rule.id",
      "sensors.0.reason",
      "mode.reasons.0",
      "posture.failed.1.message",
      "lockdown.reasons.0",
      "enforcement.reason",
      "enforcement.builtIn.0.id",
      "enforcement.withheld.0",
      "connections.2.rule",
      "dnsQueries.1.name",
      "dnsQueries.1.type",
      "dnsQueries.1.rule",
      "dnsQueries.2.failure",
      "run.failures.0",
      "findings.0.evidence.program",
    ]),
  );
});

/** Anything but visible characters, plain spaces and our own line breaks. */
const invisible = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/** Select Graphic Rendition, as our own styles use it and nothing else. */
const ownColours = new RegExp(`${String.fromCodePoint(0x1b)}\\[(?:0|1|2|32|33|1;31)m`, "g");

/** What is wrong with the summary, in words; nothing, if it is harmless. */
function findHarmInTerminal(summary: string, columns: number): string[] {
  const lines = summary.split("\n");
  return [
    ...(invisible.test(summary) ? ["an invisible character"] : []),
    ...(/##(?:\[|vso\[|teamcity\[)/i.test(summary) ? ["a command inside a line"] : []),
    ...lines.filter((line) => /^\s*(?:::|##|---|\+\+\+|~~~|\^\^\^)/.test(line)),
    ...lines.filter((line) => displayWidth(line) > columns),
    ...(lines.length > 120 ? [`${lines.length} lines`] : []),
  ];
}

/** Where a line is cut hangs on the width: it may part what is written as an escape, or is wide. */
function chooseWidths(text: string, index: number): readonly number[] {
  if (/[^ -~\n]/u.test(text)) return [NARROW, WIDE];
  return [(index + text.length) % 2 === 0 ? NARROW : WIDE];
}

/** One field at a time, of these few: what one field does, another cannot hide. */
test.each(Object.entries(mixedTexts))("%s is harmless, whatever field it is in", (_, text) => {
  for (const [index, field] of fields.entries()) {
    const report = withText(sample, field, text);
    for (const columns of chooseWidths(text, index)) {
      const summary = renderTerminalSummary(report, { columns, colour: false });
      expect(findHarmInTerminal(summary, columns)).toEqual([]);
    }
    expect(findHarmInPage(renderPage(report))).toEqual([]);
  }
});

describe.each(Object.entries(hostileTexts))("%s", (_, text) => {
  test("is harmless everywhere at once", () => {
    const report = withTextEverywhere(sample, fields, text);
    const summary = renderTerminalSummary(report, { columns: 80, colour: true });
    expect(findHarmInTerminal(summary.replaceAll(ownColours, ""), 80)).toEqual([]);
    for (const columns of [NARROW, WIDE]) {
      const plain = renderTerminalSummary(report, { columns, colour: false });
      expect(findHarmInTerminal(plain, columns)).toEqual([]);
    }
    expect(findHarmInPage(renderPage(report))).toEqual([]);
  });

  test("is the same text in JSON, and harmless to look at", () => {
    const report = withTextEverywhere(sample, fields, text.slice(0, 60_000));
    const json = [...renderJson(report)].join("");
    expect(/[^\P{C}\n\p{Co}\p{Cn}]|[\p{Zl}\p{Zp}]/u.test(json)).toBe(false);
    expect(reportSchema.parse(JSON.parse(json))).toEqual(report);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc
    .array(fc.constantFrom("`", "|", "\\", ":", "#", "[", "\u001b", "\n", " ", "漢", "@", "x", "<"))
    .map((parts) => parts.join("")),
);

test("no text at all does harm in a terminal, at any width", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, columns) => {
      const report = withTextEverywhere(sample, fields, text);
      const summary = renderTerminalSummary(report, { columns, colour: false });
      expect(findHarmInTerminal(summary, columns)).toEqual([]);
    }),
  );
});

test("no text at all does harm in Markdown", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const markdown = renderPage(withTextEverywhere(sample, fields, text));
      expect(findHarmInPage(markdown)).toEqual([]);
    }),
  );
});
