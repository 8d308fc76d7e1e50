/** The smallest policy that allows what jobs did in the runs that taught their baselines; in the words of `runner-guard policy suggest`. */
import type { BaselineName } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { HABIT_RUNS } from "./model/fade.ts";
import { type HabitualDestination, listDestinations } from "./model/list-destinations.ts";
import { type PolicyEntry, toPolicyEntry } from "./policy-entry.ts";

export interface KnownJob {
  readonly name: BaselineName;
  readonly baseline: Baseline;
}

export interface SuggestedPolicy {
  /** Of the file, with comments. */
  readonly text: string;
  readonly allow: readonly string[];
  readonly runs: number;
}

interface Line {
  readonly entry: string;
  readonly isName: boolean;
  readonly remark: string;
  readonly programs: Set<string>;
  /** In so many runs of the job that used it most. */
  seen: number;
  of: number;
}

/** As a policy may have. */
const MAX_ENTRIES = 5_000;
const MAX_LEFT_OUT = 200;
const MAX_PROGRAMS = 3;
const MAX_NAMED = 5;
const MAX_COMMENT = 300;
const MAX_NAME = 120;

export function suggestPolicy(jobs: readonly KnownJob[]): SuggestedPolicy {
  const lines = new Map<string, Line>();
  const leftOut = new Map<string, Line>();
  for (const { baseline } of jobs) addJob(baseline, { lines, leftOut });
  // What one job does all the time is no rarity of another's.
  for (const entry of lines.keys()) leftOut.delete(entry);
  const allowed = [...lines.values()].toSorted(compareLines).slice(0, MAX_ENTRIES);
  const runs = jobs.reduce((sum, { baseline }) => sum + baseline.runs, 0);
  const text = [
    ...toHead(jobs, runs),
    ...toAllow(allowed),
    ...toLeftOut([...leftOut.values()]),
    "",
  ];
  return { text: text.join("\n"), allow: allowed.map(({ entry }) => entry), runs };
}

interface Found {
  readonly lines: Map<string, Line>;
  readonly leftOut: Map<string, Line>;
}

function addJob(baseline: Baseline, { lines, leftOut }: Found): void {
  const destinations = listDestinations(baseline);
  const connected = new Set(destinations.filter(isConnected).map(({ domain }) => domain));
  const least = Math.min(HABIT_RUNS, baseline.runs);
  for (const destination of destinations) {
    // Of what was connected to the name needs no entry of its own.
    if (!isConnected(destination) && connected.has(destination.domain)) continue;
    for (const host of destination.hosts) {
      const found = toPolicyEntry(destination, host);
      const isHabit = destination.runs >= least;
      const remark = isHabit ? found.remark : "rare: allow it if the job needs it";
      const to = found.isPossible && isHabit ? lines : leftOut;
      const { program, runs: seen } = destination;
      count(to, { ...found, remark }, { program, seen, of: baseline.runs });
    }
  }
}

function isConnected({ transport }: HabitualDestination): boolean {
  return transport !== "dns";
}

interface Use {
  readonly program: string;
  readonly seen: number;
  readonly of: number;
}

function count(
  lines: Map<string, Line>,
  { entry, isName, remark }: PolicyEntry,
  { program, seen, of }: Use,
): void {
  const line = lines.get(entry) ?? { entry, isName, remark, programs: new Set(), seen: 0, of };
  lines.set(entry, line);
  line.programs.add(program === "" ? "a program that is not known" : program);
  if (seen <= line.seen) return;
  line.seen = seen;
  line.of = of;
}

function toHead(jobs: readonly KnownJob[], runs: number): string[] {
  const names = jobs.map(({ name }) => toJobText(name));
  const more = names.length - MAX_NAMED;
  const of = `${names.slice(0, MAX_NAMED).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  return [
    `# From runner-guard-collector, by what was done in ${runs} runs of ${of}.`,
    "# Each line says who needs it. Read them: what a job did is not always what it should do.",
    "version: 1",
    "egress:",
    "  # Lets through what is not listed, and reports it. Write block when some runs have had nothing to report.",
    "  mode: audit",
  ];
}

function toJobText({ repository, workflow, job }: BaselineName): string {
  const parts = [repository, workflow, job].filter((part) => part !== null);
  return toPrintable(parts.join(", "), MAX_NAME);
}

function toAllow(lines: readonly Line[]): string[] {
  if (lines.length === 0) return ["  allow: [] # nothing was talked to"];
  const toText = (line: Line) => `    - "${line.entry}" # ${toComment(line)}`;
  const names = lines.filter(({ isName }) => isName).map(toText);
  const addresses = lines.filter(({ isName }) => !isName).map(toText);
  return [
    "  allow:",
    ...names,
    ...(addresses.length > 0 ? ["    # Addresses, where no name was known:"] : []),
    ...addresses,
  ];
}

function toComment({ programs, seen, of, remark }: Line): string {
  const sorted = [...programs].toSorted();
  const more = sorted.length - MAX_PROGRAMS;
  const users = `${sorted.slice(0, MAX_PROGRAMS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const often = `in ${seen} of ${of} runs`;
  return toPrintable(`${users}; ${often}${remark === "" ? "" : `; ${remark}`}`, MAX_COMMENT);
}

function toLeftOut(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const sorted = lines.toSorted(compareLines);
  const more = sorted.length - MAX_LEFT_OUT;
  return [
    "    # Left out:",
    ...sorted
      .slice(0, MAX_LEFT_OUT)
      .map((line) => `    # - "${toPrintable(line.entry, MAX_NAME)}" # ${toComment(line)}`),
    ...(more > 0 ? [`    # and ${more} more`] : []),
  ];
}

/** Names before addresses. */
function compareLines(one: Line, other: Line): number {
  if (one.isName !== other.isName) return one.isName ? -1 : 1;
  return one.entry < other.entry ? -1 : Number(one.entry > other.entry);
}

/** In a comment nothing ends the line, or looks like something else. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

function toPrintable(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replaceAll(UNPRINTABLE, "?");
}
