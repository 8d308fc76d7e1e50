/** The summary for a page: GitHub's job summary, or whatever shows GitHub Flavored Markdown. */
import type { Report } from "../../protocol/report.ts";
import { type Block, toDetails, toParagraph, toSection } from "./markdown/block.ts";
import { toBullets } from "./markdown/bullets.ts";
import { createByteBudget } from "./markdown/byte-budget.ts";
import { type Suggestion, toYamlFence } from "./markdown/fence.ts";
import { toFindingTable } from "./markdown/finding-table.ts";
import { toForbiddenTable } from "./markdown/forbidden-table.ts";
import { toFacts, toHeading } from "./markdown/head.ts";
import { toTable } from "./markdown/markdown-table.ts";
import { toGuardBullets, toPolicyAdvice, toUnseenBullets } from "./markdown/sentences.ts";
import {
  toDestinationTable,
  toProgramTable,
  toRunningTable,
  toSecretTable,
  toSensorTable,
  toTouchedTable,
  toWriteTable,
} from "./markdown/tables.ts";
import { toDestinationName } from "./summary/destination-words.ts";
import { type DestinationRow, isAway } from "./summary/destinations.ts";
import { formatCount, pluralise } from "./summary/formats.ts";
import { type RunSummary, toRunSummary } from "./summary/run-summary.ts";
import { toStepOrder } from "./summary/steps.ts";

/** What a page is made with besides the report. */
export interface PageOptions {
  /** What the page has room for: GitHub refuses a step's summary over 1 MiB. */
  readonly maxBytes: number;
  /** Sentences on what was less than asked for, and on what nobody watched, besides those that the report knows of. */
  readonly degraded?: readonly string[];
  readonly notSeen?: readonly string[];
  /** What the list of allowed destinations is called where this page's reader writes it. */
  readonly allowList?: string;
  /** A policy that allows what was done, in the ways in which one can be given. */
  readonly suggestions?: readonly Suggestion[];
  /** Where the pages of the rules are: `https://…/docs/rules`. Without it there are no links. */
  readonly rulesUrl?: string | undefined;
}

/** Above that many, directories outside the workspace are joined. */
const MAX_DIRECTORIES = 20;

/**
 * What has to be looked at is there to see, and gets its room first; all else is folded. Each part may take half of the room that is
 * left, so that however long one is, those after it are there too.
 */
export function renderMarkdown(report: Report, options: PageOptions): string {
  const summary = toRunSummary(report, { maxDirectories: MAX_DIRECTORIES, bySteps: true });
  const budget = createByteBudget(options.maxBytes);
  // Others may have written to the file, and not ended their last line.
  const heading = `\n${toHeading(report, options.degraded ?? [])}\n`;
  if (!budget.take(heading)) return "";
  const blocks = [
    toParagraph(toFacts(report)),
    toBullets(report.run.failures.map((text) => ({ text, mark: "❌" }))),
    ...toOpenBlocks(report, summary, options),
    ...toFoldedBlocks(report, summary, options),
  ];
  return `${heading}${blocks.map((block) => block(budget.half())).join("")}`;
}

function toOpenBlocks(report: Report, summary: RunSummary, options: PageOptions): Block[] {
  const { allowList = "egress.allow", degraded = [], notSeen = [], rulesUrl } = options;
  const { forbidden, missingEntries, findings, secrets } = summary;
  const slight = findings.filter(({ severity }) => severity === "low" || severity === "info");
  const grave = findings.slice(0, findings.length - slight.length);
  return [
    toSection("Forbidden", [
      toTable(toForbiddenTable(forbidden)),
      toParagraph(toPolicyAdvice(missingEntries, allowList)),
    ]),
    toSection("Findings", [toTable(toFindingTable(grave, rulesUrl))]),
    toDetails(`${counted(slight, "finding")} of severity low or info`, [
      toTable(toFindingTable(slight, rulesUrl)),
    ]),
    toSection("Secrets found and masked", [toTable(toSecretTable(secrets))]),
    toSection("Not seen, or not as asked for", [
      toBullets(toUnseenBullets(report, summary, { degraded, notSeen })),
    ]),
  ];
}

function toFoldedBlocks(
  report: Report,
  summary: RunSummary,
  { suggestions = [] }: PageOptions,
): Block[] {
  const { outsideWrites, programs, stillRunning, touched } = summary;
  const order = toStepOrder(report);
  const destinations = summary.destinations.toSorted(
    (one, other) => placeOf(order, one) - placeOf(order, other),
  );
  const away = destinations.filter(isAway);
  const here = destinations.filter((row) => !isAway(row));
  return [
    toDetails(`Talked to ${toPlaces(away)}`, [toTable(toDestinationTable(away))]),
    toDetails(
      "Suggested policy: allows what this job did, and no more",
      suggestions.map(toYamlFence),
    ),
    toDetails(`Ran ${counted(programs, "program")}`, [
      toTable(toProgramTable(programs, report.run.workingDirectory)),
    ]),
    toDetails(`Wrote to ${counted(outsideWrites, "place")} outside the workspace`, [
      toTable(toWriteTable(outsideWrites)),
    ]),
    toDetails("Touched credentials, other processes or the ground it stands on", [
      toTable(toTouchedTable(touched)),
    ]),
    toDetails(`Talked to ${counted(here, "socket")} of this machine`, [
      toTable(toDestinationTable(here)),
    ]),
    toDetails(`Still running at the end: ${counted(stillRunning, "process")}`, [
      toTable(toRunningTable(stillRunning)),
    ]),
    toDetails("How it was guarded", [
      toBullets(toGuardBullets(report, summary)),
      toTable(toSensorTable(report.sensors)),
    ]),
  ];
}

function counted({ length }: readonly unknown[], noun: string): string {
  return `${formatCount(length)} ${pluralise(noun, length)}`;
}

function toPlaces(rows: readonly DestinationRow[]): string {
  const destinations = [...new Set(rows.map(toDestinationName))];
  const steps = [...new Set(rows.flatMap(({ step }) => step ?? []))];
  const by = steps.length === 0 ? "" : ` in ${counted(steps, "step")}`;
  return `${counted(destinations, "destination")}${by}`;
}

function placeOf(
  order: ReadonlyMap<string | null, number>,
  { step }: { readonly step: string | null },
): number {
  return order.get(step) ?? order.size;
}
