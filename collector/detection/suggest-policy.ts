/** The smallest policy that allows what jobs did in the runs that taught their baselines; in the words of `runner-guard policy suggest`. */
import type { BaselineName } from "../stores/baseline-store.ts";
import { toVisibleText } from "../visible-text.ts";
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
  /** Jobs of which nothing is in it, for want of room. */
  readonly jobsLeftOut: number;
}

/** Takes one job after the other, so that whoever asks for many stops nobody. */
export interface PolicyDraft {
  add(job: KnownJob): void;
  /** `unread`: jobs that were not added, since that would have been too much. */
  end(unread: number): SuggestedPolicy;
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
/** Of hosts by programs and ports: one domain can have two thousand of both. */
const MAX_USES = 20_000;
const MAX_PROGRAMS = 3;
const MAX_NAMED = 5;
const MAX_COMMENT = 300;
const MAX_NAME = 120;

export function draftPolicy(): PolicyDraft {
  const lines = new Map<string, Line>();
  const leftOut = new Map<string, Line>();
  const names: BaselineName[] = [];
  let runs = 0;
  let uses = 0;
  let tooLarge = 0;
  return {
    add({ name, baseline }) {
      const destinations = listDestinations(baseline);
      const more = destinations.reduce((sum, { hosts }) => sum + hosts.length, 0);
      if (uses + more > MAX_USES) {
        tooLarge += 1;
        return;
      }
      uses += more;
      runs += baseline.runs;
      names.push(name);
      addDestinations(destinations, baseline.runs, { lines, leftOut });
    },
    end(unread) {
      const jobsLeftOut = unread + tooLarge;
      // What one job does all the time is no rarity of another's.
      for (const entry of lines.keys()) leftOut.delete(entry);
      const allowed = [...lines.values()].toSorted(compareLines).slice(0, MAX_ENTRIES);
      const text = [
        ...toHead(names, runs, jobsLeftOut),
        ...toAllow(allowed),
        ...toLeftOut([...leftOut.values()]),
        "",
      ];
      return {
        text: text.join("\n"),
        allow: allowed.map(({ entry }) => entry),
        runs,
        jobsLeftOut,
      };
    },
  };
}

interface Found {
  readonly lines: Map<string, Line>;
  readonly leftOut: Map<string, Line>;
}

function addDestinations(
  destinations: readonly HabitualDestination[],
  runs: number,
  { lines, leftOut }: Found,
): void {
  const connected = new Set(destinations.filter(isConnected).map(({ domain }) => domain));
  const least = Math.min(HABIT_RUNS, runs);
  for (const destination of destinations) {
    // Of what was connected to the name needs no entry of its own.
    if (!isConnected(destination) && connected.has(destination.domain)) continue;
    for (const host of destination.hosts) {
      const found = toPolicyEntry(destination, host);
      const isHabit = destination.runs >= least || destination.isExpected;
      const usual = destination.isExpected ? "expected by a person" : "";
      const known = [usual, found.remark].filter((part) => part !== "").join("; ");
      const remark = isHabit ? known : "rare: allow it if the job needs it";
      const to = found.isPossible && isHabit ? lines : leftOut;
      const { program, runs: seen } = destination;
      count(to, { ...found, remark }, { program, seen, of: runs });
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

function toHead(jobs: readonly BaselineName[], runs: number, jobsLeftOut: number): string[] {
  const more = jobs.length - MAX_NAMED;
  const of = `${jobs.slice(0, MAX_NAMED).map(toJobText).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  return [
    `# From runner-guard-collector, by what was done in ${runs} runs of ${of}.`,
    ...(jobsLeftOut === 0 ? [] : [toLeftOutText(jobsLeftOut)]),
    "# Each line says who needs it. Read them: what a job did is not always what it should do.",
    "version: 1",
    "egress:",
    "  # Lets through what is not listed, and reports it. Write block when some runs have had nothing to report.",
    "  mode: audit",
  ];
}

function toLeftOutText(jobs: number): string {
  const [subject, them] = jobs === 1 ? ["1 more job is", "it"] : [`${jobs} more jobs are`, "them"];
  return `# ${subject} left out, since that would be too much at once; ask for ${them} by workflow and job.`;
}

function toJobText({ repository, workflow, job }: BaselineName): string {
  const parts = [repository, workflow, job].filter((part) => part !== null);
  return toVisibleText(parts.join(", "), MAX_NAME);
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
  return toVisibleText(`${users}; ${often}${remark === "" ? "" : `; ${remark}`}`, MAX_COMMENT);
}

function toLeftOut(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const sorted = lines.toSorted(compareLines);
  const more = sorted.length - MAX_LEFT_OUT;
  return [
    "    # Left out:",
    ...sorted
      .slice(0, MAX_LEFT_OUT)
      .map((line) => `    # - "${toVisibleText(line.entry, MAX_NAME)}" # ${toComment(line)}`),
    ...(more > 0 ? [`    # and ${more} more`] : []),
  ];
}

/** Names before addresses. */
function compareLines(one: Line, other: Line): number {
  if (one.isName !== other.isName) return one.isName ? -1 : 1;
  return one.entry < other.entry ? -1 : Number(one.entry > other.entry);
}
