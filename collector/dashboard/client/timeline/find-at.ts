/** What stands where somebody points. */
import { type Mark, MARKS, type MarkKind, type SeenProcess } from "../run-model/run-model.ts";
import { AXIS_HEIGHT, ROW_HEIGHT, toTime } from "./draw.ts";
import type { Flag } from "./layout.ts";
import { isGroup, type Row } from "./rows.ts";
import type { View } from "./view.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Found {
  readonly at: number;
  readonly bar: SeenProcess | undefined;
  readonly flag: Flag | undefined;
  readonly mark: Mark | undefined;
}

/** Nobody points at a pixel. */
const REACH = 6;
/** What lies above the others is meant first. */
const ORDER: readonly MarkKind[] = ["denied", "alarm", "read", "connection", "name", "write"];

export function findAt(
  { x, y, width }: Place,
  view: View,
  rows: readonly Row[],
): Found | undefined {
  const row = rows[Math.floor((y - AXIS_HEIGHT + view.top) / ROW_HEIGHT)];
  if (y < AXIS_HEIGHT || row === undefined || isGroup(row)) return undefined;
  const at = toTime(x, view, width);
  const reach = ((view.to - view.from) / width) * REACH;
  const isNear = (one: { readonly at: number }): boolean => Math.abs(one.at - at) <= reach;
  const bar = row.bars.findLast(
    ({ startedAt, endedAt }) =>
      startedAt - reach / 2 <= at && (endedAt ?? Number.POSITIVE_INFINITY) + reach / 2 >= at,
  );
  const flag = row.flags.find(isNear);
  const marks = ORDER.map((kind) => row.marks[MARKS.indexOf(kind)] ?? []);
  const mark = marks.map((some) => some.find(isNear)).find((one) => one !== undefined);
  if (bar === undefined && flag === undefined && mark === undefined) return undefined;
  return { at, bar, flag, mark };
}
