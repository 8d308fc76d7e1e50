import { expect, test } from "vitest";

import { renderMarkdown } from "../../../agent/report/render-markdown.ts";
import { createReportBuilder } from "../../../agent/report/report-builder.ts";
import { defaultReportLimits } from "../../../agent/report/report-limits.ts";
import { toStepName } from "../../../agent/report/summary/steps.ts";
import type { GuardEvent } from "../../../protocol/events.ts";
import { findHarmInPage, RULES_URL } from "./read-page.ts";
import {
  connection,
  dnsQuery,
  eventsDropped,
  finding,
  finishedRun,
  processStarted,
} from "./run-events.ts";

function reportOf(...events: GuardEvent[]) {
  const builder = createReportBuilder({ limits: defaultReportLimits });
  for (const event of events) builder.add(event);
  return builder.build(finishedRun);
}

function pageOf(...events: GuardEvent[]): string {
  return renderMarkdown(reportOf(...events), { maxBytes: 1_048_576, rulesUrl: RULES_URL });
}

const CHECKOUT = { step: "__actions_checkout", action: "actions/checkout" };
const checkout = processStarted(1, { args: ["git", "fetch", "origin"], step: CHECKOUT });
const script = processStarted(2, {
  args: ["curl", "-sS", "evil.example"],
  step: { step: "__run_2" },
});

test.each([
  [{ step: "__run" }, "run 1"],
  [{ step: "__run_12" }, "run 12"],
  [CHECKOUT, "actions/checkout"],
  [{ step: "__actions_checkout_2", action: "actions/checkout" }, "actions/checkout 2"],
  [{ step: "build" }, "build"],
  [{ step: "image", action: "docker/build-push-action" }, "image (docker/build-push-action)"],
  [{ step: "__self" }, "__self"],
])("%j is called %s", (step, name) => {
  expect(toStepName(step)).toBe(name);
});

test("what is forbidden is told with step and command, and once where a name was connected to", () => {
  const evil = { domain: "evil.example", ip: "192.0.2.9", port: 443 };
  const page = pageOf(
    checkout,
    script,
    connection(1, { destination: evil }),
    connection(2, { verdict: "would-block", destination: evil }),
    { ...dnsQuery(2, "evil.example"), verdict: "would-block", rule: "default" },
    { ...dnsQuery(1, "evil.example"), verdict: "would-block", rule: "default" },
    { ...dnsQuery(1, "refused.example"), verdict: "blocked", rule: "default" },
  );
  expect(page).toContain("1 blocked, 1 would be blocked");
  expect(page.split("\n").filter((line) => /^\| (?:🔴|🟠)/u.test(line))).toEqual([
    "| 🔴 **refused** | `refused.example` | `actions/checkout` | `git fetch origin` | 1 | `DNS A · rule default` |",
    "| 🟠 **would block** | `evil.example:443` | `run 2` | `curl -sS evil.example` | 1 | `rule default · 192.0.2.9` |",
    "| 🟠 **would block** | `evil.example` | `actions/checkout` | `git fetch origin` | 1 | `DNS A · rule default` |",
  ]);
  expect(page).toContain("<summary>Talked to 1 destination in 1 step</summary>");
});

test("a finding has its rule's page, and what to do once for all of its rule", () => {
  const rule = { id: "workflow-write", name: "Workflow or hook written" };
  const evidence = { advice: "Look at `the file`.", notDone: "the process had gone" };
  const page = pageOf(
    script,
    finding(2, { rule, severity: "high", message: "one", evidence, response: "kill-process" }),
    finding(2, { rule, severity: "high", message: "two", evidence, count: 3 }),
    finding(2, { rule: { id: "my-rule", name: "Mine" }, severity: "low", message: "three" }),
  );
  expect(page).toContain(
    `| 🔴 **high** | [Workflow or hook written](${RULES_URL}/workflow-write.md): one | \`run 2\` | **ended the process**: the process had gone | Look at \`the file\`. |\n`,
  );
  expect(page).toContain(
    ": two (3 times) | `run 2` | reported: the process had gone | as above |\n",
  );
  expect(page).toMatch(
    /<summary>1 finding of severity low or info<\/summary>\n\n[^]*\*\*Mine\*\*: three \|/,
  );
  expect(findHarmInPage(page)).toEqual([]);
});

test("what was lost is told in the first line, and why", () => {
  const page = pageOf(script, eventsDropped("kernel-ring-full", 7));
  expect(page).toMatch(/^\n## ⚠️ Runner Guard in audit mode: 7 events lost\n/);
  expect(page).toContain("\n- ⚠️ lost 7 events: kernel-ring-full\n");
});

test("what still runs is watched on by a guard without a command, and by none with one", () => {
  const report = reportOf(script);
  const watched = { ...report, run: { ...report.run, command: [] } };
  const alarm = "1 process still ran when the guard ended";
  expect(renderMarkdown(report, { maxBytes: 10_000 })).toContain(alarm);
  expect(renderMarkdown(watched, { maxBytes: 10_000 })).not.toContain(alarm);
});

test("a job without a blemish has a heading, a line of facts, and the rest folded", () => {
  const report = reportOf(
    checkout,
    connection(1, { destination: { domain: "a.example", port: 443 } }),
  );
  const page = renderMarkdown(
    { ...report, processes: report.processes.map((one) => ({ ...one, endedAt: one.startedAt })) },
    { maxBytes: 10_000, suggestions: [{ lead: "A file:", yaml: "version: 1" }] },
  );
  const open = page
    .replaceAll(/<details>[^]*?<\/details>/g, "")
    .trim()
    .split(/\n+/);
  expect(open).toEqual([
    "## ✅ Runner Guard in audit mode: nothing forbidden, nothing found, nothing lost",
    "`make all` exit 0 after 999 ms · 1 process · 1 connection",
  ]);
});

test("sentences of the action stand on the page, and make it one that is degraded", () => {
  const page = renderMarkdown(reportOf(script), {
    maxBytes: 10_000,
    degraded: ["there is no sudo here"],
    notSeen: ["the first 2 s were not watched"],
  });
  expect(page).toContain("guard degraded\n");
  expect(page).toContain("\n- ⚠️ there is no sudo here\n");
  expect(page).toContain("\n- the first 2 s were not watched\n");
});
