import { escapeJson } from "../report/escape/escape-json.ts";
import type { Play } from "../simulate/play.ts";
import { type Outcome, simulate } from "../simulate/simulate.ts";
import { describeOutcome, HEADER } from "./simulate-text.ts";

const EXIT_MISSED = 1;
const RULE_WIDTH = 28;

interface Shown {
  readonly plays: readonly Play[];
  readonly json: boolean;
  readonly stdout: { write(text: string): unknown };
}

/** Plays, and returns the exit status. */
export async function play(options: Shown & { readonly searchPath: string | undefined }) {
  const { plays, json, stdout, searchPath } = options;
  const outcomes: Outcome[] = [];
  if (!json) stdout.write(HEADER);
  await simulate({
    plays,
    searchPath,
    onOutcome(outcome) {
      outcomes.push(outcome);
      if (!json) stdout.write(describeOutcome(outcome));
    },
  });
  const flagged = outcomes.filter(({ result }) => result === "flagged").length;
  stdout.write(
    json
      ? `${escapeJson(JSON.stringify({ version: 1, flagged, outcomes }, null, 2))}\n`
      : `\n${flagged} of ${outcomes.length} attacks were flagged.\n`,
  );
  return flagged === outcomes.length ? 0 : EXIT_MISSED;
}

/** What could be played, and what could not. */
export function list(options: Shown & { readonly unplayed: Readonly<Record<string, string>> }) {
  const { plays, json, stdout, unplayed } = options;
  const shown = plays.map(({ rule, does }) => ({ rule, does }));
  if (json) {
    stdout.write(`${JSON.stringify({ version: 1, plays: shown, unplayed }, null, 2)}\n`);
    return;
  }
  for (const { rule, does } of shown) stdout.write(`${rule.padEnd(RULE_WIDTH)}${does}\n`);
  stdout.write("\nNot played:\n");
  for (const [rule, reason] of Object.entries(unplayed)) {
    stdout.write(`${rule.padEnd(RULE_WIDTH)}${reason}\n`);
  }
}
