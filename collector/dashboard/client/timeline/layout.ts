/** Where everything of a run stands on its time line: a group for each step, in which processes share as few lanes as they can. */
import type { FindingView } from "../api/types.ts";
import { type Mark, MARKS, type RunModel, type SeenProcess } from "../run-model/run-model.ts";

export interface Lane {
  readonly bars: SeenProcess[];
  /** By kind, each in the order of time. */
  readonly marks: readonly Mark[][];
  readonly flags: Flag[];
}

export interface Flag {
  readonly at: number;
  readonly severity: string;
  readonly message: string;
  readonly process: SeenProcess | undefined;
}

export interface Group {
  readonly step: string;
  readonly lanes: Lane[];
}

export interface Layout {
  readonly groups: readonly Group[];
  /** Lanes and heads, where all of it is seen. */
  readonly height: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly flags: readonly Flag[];
}

interface FillingGroup extends Group {
  /** When each lane is free. */
  readonly freeAt: number[];
}

/** So that bars beside one another can be told apart. */
const GAP_MS = 1;
/** Of a step. What runs beside so many shares the last one: a job may start as much at once as it likes. */
const MAX_LANES = 400;
const OF_NO_PROCESS = "the run as a whole";

/** `told`: what was found in the run, by its guard and by the collector. */
export function layOut(
  { processes, marks, findings, firstAt, lastAt }: RunModel,
  told: readonly FindingView[],
): Layout {
  const groups = new Map<string, FillingGroup>();
  const laneOf = new Map<string, Lane>();
  const findGroup = (step: string): FillingGroup => {
    const known = groups.get(step);
    if (known !== undefined) return known;
    const group: FillingGroup = { step, lanes: [], freeAt: [] };
    groups.set(step, group);
    return group;
  };
  for (const process of processes.values()) {
    const lane = place(findGroup(process.step), process);
    lane.bars.push(process);
    laneOf.set(process.id, lane);
  }
  /** Of what no process is known to have done. */
  const findLane = (process: string | null): Lane => {
    const known = laneOf.get(process ?? "");
    if (known !== undefined) return known;
    const group = findGroup(OF_NO_PROCESS);
    const [first] = group.lanes;
    if (first !== undefined) return first;
    const lane = createLane();
    group.lanes.push(lane);
    return lane;
  };
  // What was folded is told later than it began.
  const inOrder = marks.toSorted((one, other) => one.at - other.at);
  for (const mark of inOrder) findLane(mark.process).marks[MARKS.indexOf(mark.kind)]?.push(mark);
  const flags: Flag[] = [];
  const plant = (process: string | null, { firstSeen, severity, message }: Told): void => {
    const flag = {
      at: Date.parse(firstSeen),
      severity,
      message,
      process: processes.get(process ?? ""),
    };
    findLane(process).flags.push(flag);
    flags.push(flag);
  };
  for (const finding of findings.values()) plant(finding.process, finding);
  // Baselines judge runs, and not processes.
  for (const finding of told) if (finding.madeBy === "collector") plant(null, finding);
  const ofNone = groups.get(OF_NO_PROCESS);
  groups.delete(OF_NO_PROCESS);
  const all = [...(ofNone === undefined ? [] : [ofNone]), ...groups.values()];
  return {
    groups: all,
    height: all.reduce((sum, { lanes }) => sum + 1 + lanes.length, 0),
    startsAt: Number.isFinite(firstAt) ? firstAt : 0,
    endsAt: Number.isFinite(lastAt) ? Math.max(lastAt, firstAt + 1) : 1,
    flags: flags.toSorted((one, other) => one.at - other.at),
  };
}

type Told = Pick<FindingView, "firstSeen" | "severity" | "message">;

function place({ lanes, freeAt }: FillingGroup, { startedAt, endedAt }: SeenProcess): Lane {
  const found = freeAt.findIndex((free) => free <= startedAt);
  const index = found === -1 ? Math.min(lanes.length, MAX_LANES - 1) : found;
  freeAt[index] = (endedAt ?? Number.POSITIVE_INFINITY) + GAP_MS;
  const lane = lanes[index] ?? createLane();
  lanes[index] = lane;
  return lane;
}

function createLane(): Lane {
  return { bars: [], marks: MARKS.map(() => []), flags: [] };
}
