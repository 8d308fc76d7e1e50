import { expect, test } from "vitest";

import { renderTerminalSummary } from "../../../agent/report/render-terminal.ts";
import { renderPage } from "./render-page.ts";
import { readSampleReport } from "./sample-report.ts";

/** The look of a summary is reviewed like code: a change shows as a change of these files (`vitest -u` writes them). */
const golden = "../../fixtures/reports";

const samples = [
  "sample-run",
  "empty-run",
  "degraded-run",
  "blocked-run",
  "watched-pod",
  "one-of-each",
] as const;

test.each(samples.flatMap((name) => [40, 80, 120].map((columns) => ({ name, columns }))))(
  "$name looks as agreed in $columns columns",
  async ({ name, columns }) => {
    const summary = renderTerminalSummary(readSampleReport(name), { columns, colour: false });
    await expect(summary).toMatchFileSnapshot(`${golden}/${name}.${columns}.txt`);
  },
);

test("colour is used as agreed", async () => {
  const summary = renderTerminalSummary(readSampleReport("one-of-each"), {
    columns: 80,
    colour: true,
  });
  await expect(summary.replaceAll("\u001b", "ESC")).toMatchFileSnapshot(
    `${golden}/one-of-each.colour.txt`,
  );
});

test.each(samples)("%s looks as agreed as Markdown", async (name) => {
  await expect(renderPage(readSampleReport(name))).toMatchFileSnapshot(`${golden}/${name}.md`);
});
