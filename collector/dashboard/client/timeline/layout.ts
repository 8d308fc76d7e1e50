/** Where everything of a run stands on its time line: a group for each step, in which processes share as few lanes as they can. */
import type { GuardEventOf } from "../api/types.ts";
import { type Mark, MARKS, type RunModel, type SeenProcess } from "../run-model/run-model.ts";

export interface Lane {
  readonly bars: SeenProcess[];
  /** By kind, each in the order of time. */
  readonly marks: readonly Mark[][];
  readonly flags: Flag[];
}

export interface Flag {
  readonly at: number;
  readonly finding: GuardEventOf<"finding">;
}

export interface Group {
  readonly step: string;
  readonly lanes: Lane[];
}

export interface Layout {
  readonly groups: readonly Group[];
  /** In the order in which they are drawn: the head of a group, or a lane of it. */
  readonly rows: readonly (Group | Lane)[];
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

export function layOut({ processes, marks, findings, firstAt, lastAt }: RunModel): Layout {
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
    const group = findGroup("no process");
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
  for (const finding of findings.values()) {
    const flag = { at: Date.parse(finding.firstSeen), finding };
    findLane(finding.process).flags.push(flag);
    flags.push(flag);
  }
  const all = [...groups.values()];
  return {
    groups: all,
    rows: all.flatMap((group) => [group, ...group.lanes]),
    startsAt: Number.isFinite(firstAt) ? firstAt : 0,
    endsAt: Number.isFinite(lastAt) ? Math.max(lastAt, firstAt + 1) : 1,
    flags: flags.toSorted((one, other) => one.at - other.at),
  };
}

export function isGroup(row: Group | Lane): row is Group {
  return "step" in row;
}

function place({ lanes, freeAt }: FillingGroup, { startedAt, endedAt }: SeenProcess): Lane {
  const found = freeAt.findIndex((free) => free <= startedAt);
  const index = found === -1 ? lanes.length : found;
  freeAt[index] = (endedAt ?? Number.POSITIVE_INFINITY) + GAP_MS;
  const lane = lanes[index] ?? createLane();
  lanes[index] = lane;
  return lane;
}

function createLane(): Lane {
  return { bars: [], marks: MARKS.map(() => []), flags: [] };
}
