import type { Report, ReportedProcess } from "../../../protocol/report.ts";
import { compareText } from "./compare-text.ts";
import { isEverydayTool } from "./everyday-tool.ts";
import { isHidden, isTemporary, withoutWorkspace } from "./path-kind.ts";

/** One executable, however often it ran. Text is the job's, unescaped. */
export interface ProgramRow {
  readonly executable: string;
  readonly runs: number;
  /** Why it is worth a look, gravest first. */
  readonly traits: readonly Trait[];
  /** A tool that every build runs, with nothing unusual about it. */
  readonly isEveryday: boolean;
  /** How unusual it is; 0 when nothing is. */
  readonly weight: number;
}

export type Trait = keyof typeof WEIGHTS;

/** How unusual each trait makes a program: only the order counts. Talking to the network alone is common in a build. */
const WEIGHTS = {
  finding: 1000,
  "from memory": 900,
  "deleted file": 800,
  preload: 700,
  "forbidden host": 600,
  "temporary place": 500,
  "hidden place": 400,
  network: 100,
} as const;

interface Program {
  runs: number;
  readonly traits: Trait[];
  /** Of its scripts, those whose places are among its traits already. */
  readonly scripts: Set<string>;
}

/** All executables, most unusual first: by traits, then everyday tools last, then the rarer one first. */
export function toProgramRows(report: Report): ProgramRow[] {
  const programs = new Map<string, Program>();
  const talkers = toTalkers(report);
  const culprits = new Set(report.findings.map(({ processId }) => processId));
  for (const process of report.processes) {
    for (const { executable } of process.earlierPrograms ?? []) {
      programOf(programs, executable, report.run).runs += 1;
    }
    if (!process.executed) continue;
    const program = programOf(programs, process.executable, report.run);
    program.runs += 1;
    addTraits(program, process, report.run);
    addDeedTraits(program.traits, process.id, { talkers, culprits });
  }
  return Array.from(programs, toRow).toSorted(compareRows);
}

/** Where it lies is the same however often it runs. */
function programOf(
  programs: Map<string, Program>,
  executable: string,
  { workingDirectory }: Report["run"],
): Program {
  const known = programs.get(executable);
  if (known !== undefined) return known;
  const program: Program = { runs: 0, traits: [], scripts: new Set() };
  addPlaceTraits(program.traits, executable, workingDirectory);
  programs.set(executable, program);
  return program;
}

function addTraits(
  { traits, scripts }: Program,
  { image, preload, script }: ReportedProcess,
  { workingDirectory }: Report["run"],
): void {
  if (image === "memfd") addTrait(traits, "from memory");
  if (image === "deleted") addTrait(traits, "deleted file");
  if (Object.keys(preload ?? {}).length > 0) addTrait(traits, "preload");
  if (script === undefined || scripts.has(script)) return;
  scripts.add(script);
  addPlaceTraits(traits, script, workingDirectory);
}

/** The workspace itself may lie in a temporary or hidden place; what counts is the place inside it. */
function addPlaceTraits(traits: Trait[], path: string, workspace: string): void {
  const place = withoutWorkspace(path, workspace);
  if (isTemporary(place)) addTrait(traits, "temporary place");
  if (isHidden(place)) addTrait(traits, "hidden place");
}

/** A list, since there are eight traits at most and nearly every program has none. */
function addTrait(traits: Trait[], trait: Trait): void {
  if (!traits.includes(trait)) traits.push(trait);
}

interface Deeds {
  /** By process id, whether one of its destinations was forbidden. */
  readonly talkers: ReadonlyMap<string, boolean>;
  readonly culprits: ReadonlySet<string | null>;
}

function addDeedTraits(traits: Trait[], id: string, { talkers, culprits }: Deeds): void {
  if (culprits.has(id)) addTrait(traits, "finding");
  const forbidden = talkers.get(id);
  if (forbidden !== undefined) addTrait(traits, forbidden ? "forbidden host" : "network");
}

function toTalkers(report: Report): Map<string, boolean> {
  const talkers = new Map<string, boolean>();
  for (const { processId, network, verdict } of report.connections) {
    const isForbidden = verdict !== "allowed";
    if (processId === null || (network.transport === "unix" && !isForbidden)) continue;
    talkers.set(processId, isForbidden || talkers.get(processId) === true);
  }
  for (const { processId, verdict } of report.dnsQueries) {
    if (processId !== null && verdict !== "allowed") talkers.set(processId, true);
  }
  return talkers;
}

function toRow([executable, { runs, traits }]: [string, Program]): ProgramRow {
  return {
    executable,
    runs,
    traits: traits.toSorted((one, other) => WEIGHTS[other] - WEIGHTS[one]),
    isEveryday: traits.length === 0 && isEverydayTool(executable),
    weight: traits.reduce((sum, trait) => sum + WEIGHTS[trait], 0),
  };
}

function compareRows(one: ProgramRow, other: ProgramRow): number {
  return (
    other.weight - one.weight ||
    Number(one.isEveryday) - Number(other.isEveryday) ||
    one.runs - other.runs ||
    compareText(one.executable, other.executable)
  );
}
