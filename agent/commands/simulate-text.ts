import type { Outcome } from "../simulate/simulate.ts";
import { toVisibleText, withoutInlineCommands } from "../visible-text.ts";

const WIDTHS = { rule: 28, seen: 6, flagged: 12, response: 14, after: 9 };
const MAX_MESSAGE = 120;

export const HEADER = toRow(["rule", "seen", "flagged", "response", "after", "what was said"]);

export function describeOutcome(outcome: Outcome): string {
  const { rule, seen, result, response, afterMs, message } = outcome;
  return toRow([
    rule,
    seen ? "yes" : "no",
    result === "flagged" ? "yes" : result.toUpperCase(),
    response ?? "-",
    afterMs === null ? "-" : `${afterMs} ms`,
    withoutInlineCommands(toVisibleText(message, MAX_MESSAGE)),
  ]);
}

function toRow(cells: readonly string[]): string {
  const widths = Object.values(WIDTHS);
  return `${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("")}\n`;
}
