/** What stands above one another while a part of a time line is seen. */
import type { Group, Lane } from "./layout.ts";
import { findFirstBar, findFirstMark } from "./search.ts";
import type { View } from "./view.ts";

/** The head of a group, or a lane of it. */
export type Row = Group | Lane;

/**
 * Each group's head, and its lanes down to the last one that has something there: whoever looks closer at one step need not look for it
 * among the empty lanes of all the others.
 */
export function listRows(groups: readonly Group[], view: View): readonly Row[] {
  const rows: Row[] = [];
  for (const group of groups) {
    const last = group.lanes.findLastIndex((lane) => holdsAny(lane, view));
    rows.push(group);
    for (let index = 0; index <= last; index += 1) {
      const lane = group.lanes[index];
      if (lane !== undefined) rows.push(lane);
    }
  }
  return rows;
}

export function isGroup(row: Row): row is Group {
  return "step" in row;
}

function holdsAny({ bars, marks, flags }: Lane, { from, to }: View): boolean {
  const first = findFirstBar(bars, from);
  for (const bar of [bars[first], bars[first + 1]]) {
    const isSeen = bar !== undefined && bar.startedAt <= to;
    if (isSeen && (bar.endedAt ?? Number.POSITIVE_INFINITY) >= from) return true;
  }
  const isMarked = marks.some((some) => (some[findFirstMark(some, from)]?.at ?? Infinity) <= to);
  return isMarked || flags.some(({ at }) => at >= from && at <= to);
}
