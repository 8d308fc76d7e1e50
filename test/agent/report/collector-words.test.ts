import { expect, test } from "vitest";

import { renderTerminalSummary } from "../../../agent/report/render-terminal.ts";
import type { Report } from "../../../protocol/report.ts";
import { renderPage } from "./render-page.ts";
import { readSampleReport } from "./sample-report.ts";

function withCollector(collector: Partial<NonNullable<Report["collector"]>>): Report {
  return {
    ...readSampleReport("empty-run"),
    collector: {
      requested: ["https://one.test", "https://two.test"],
      address: "https://two.test",
      effective: "delivered-in-part",
      spool: "disk",
      told: 1_500,
      stored: 1_000,
      waiting: 200,
      dropped: { byReason: { "spool-full": 300 } },
      reason: "ECONNREFUSED",
      ...collector,
    },
  };
}

test("both summaries say what is missing at the collector, and why", () => {
  const report = withCollector({});
  const expected = [
    "https://two.test has 1,000 of 1,500 events",
    "300 events not sent: spool-full",
    "200 events wait on disk for the next guard",
    "ECONNREFUSED",
  ];
  const terminal = renderTerminalSummary(report, { columns: 100, colour: false });

  for (const sentence of expected) expect(terminal).toContain(sentence);
  expect(renderPage(report)).toContain(
    "- ⚠️ the collector has 1000 of 1500 events (ECONNREFUSED)\n",
  );
});

test("nothing is said of a collector that nobody asked for, and no alarm of one that has all", () => {
  const { collector: _, ...without } = withCollector({});
  const whole = withCollector({
    effective: "delivered",
    stored: 1_500,
    waiting: 0,
    dropped: { byReason: {} },
  });

  expect(renderPage(without)).not.toContain("collector");
  expect(renderPage(whole)).toContain("\n- collector: `https");
});

test("what the network says steers neither a terminal nor a page", () => {
  const reason = "\u001b[31mred\n::set-output name=x::y <script> [a](http://evil.test)";
  const report = withCollector({ reason });
  const terminal = renderTerminalSummary(report, { columns: 100, colour: false });
  const page = renderPage(report);

  expect(terminal).not.toContain("\u001b");
  expect(terminal).not.toMatch(/^::/m);
  // Nothing in a code span means anything to a page.
  expect(page).toMatch(/^- `[^`\n]*<script>[^`\n]*`$/m);
});
