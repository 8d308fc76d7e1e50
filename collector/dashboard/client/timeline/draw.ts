/** Draws what is seen of a time line. What falls on the same pixel is drawn once, so that a picture costs as much as it has pixels. */
import { toVisibleText } from "../../../visible-text.ts";
import { type Mark, MARKS, type MarkKind, toProgram } from "../run-model/run-model.ts";
import type { Group, Lane, Layout } from "./layout.ts";
import type { Palette } from "./palette.ts";
import { isGroup, type Row } from "./rows.ts";
import { findFirstBar, findFirstMark } from "./search.ts";
import { toTicks } from "./ticks.ts";
import type { View } from "./view.ts";

export const ROW_HEIGHT = 16;
export const AXIS_HEIGHT = 22;
const BAR_HEIGHT = 10;
const MAX_STEP = 80;
const MAX_PROGRAM = 60;
const MARK_SIZE = 4;
/** A bar this wide has room for a name. */
const NAMED_FROM = 44;
const FONT = '11px system-ui, "Segoe UI", sans-serif';
const HEAD_FONT = '600 11px system-ui, "Segoe UI", sans-serif';

export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

export interface Drawn {
  readonly layout: Layout;
  readonly rows: readonly Row[];
  readonly view: View;
  /** While a run goes on, its processes do. */
  readonly now: number;
  readonly selected: string | undefined;
}

export function drawTimeline(canvas: Canvas, drawn: Drawn): void {
  const { context, width, height, palette } = canvas;
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, width, height);
  drawGrid(canvas, drawn);
  const { rows } = drawn;
  const first = Math.max(0, Math.floor(drawn.view.top / ROW_HEIGHT));
  const last = Math.min(
    rows.length,
    Math.ceil((drawn.view.top + height - AXIS_HEIGHT) / ROW_HEIGHT),
  );
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  for (let index = first; index < last; index += 1) {
    const row = rows[index];
    const y = AXIS_HEIGHT + index * ROW_HEIGHT - drawn.view.top;
    if (row === undefined) continue;
    if (isGroup(row)) drawHead(canvas, row, y);
    else drawLane(canvas, drawn, { lane: row, y });
  }
  context.restore();
  drawFlagsOnAxis(canvas, drawn);
}

function toX(at: number, { from, to }: View, width: number): number {
  return ((at - from) / (to - from)) * width;
}

export function toTime(x: number, { from, to }: View, width: number): number {
  return from + (x / width) * (to - from);
}

function drawGrid({ context, width, height, palette }: Canvas, { view, layout }: Drawn): void {
  context.font = FONT;
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const { at, label } of toTicks(view, layout.startsAt, width)) {
    const x = Math.round(toX(at, view, width));
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, height);
    context.fillStyle = palette.soft;
    context.fillText(label, x + 4, AXIS_HEIGHT / 2);
  }
  context.fillStyle = palette.line;
  context.fillRect(0, AXIS_HEIGHT - 1, width, 1);
}

function drawHead({ context, width, palette }: Canvas, { step, lanes }: Group, y: number): void {
  context.fillStyle = palette.sunken;
  context.fillRect(0, y, width, ROW_HEIGHT);
  context.font = HEAD_FONT;
  context.fillStyle = palette.text;
  const count = lanes.reduce((sum, { bars }) => sum + bars.length, 0);
  const many = count === 0 ? "" : `  ·  ${count === 1 ? "1 process" : `${count} processes`}`;
  context.fillText(`${toVisibleText(step, MAX_STEP)}${many}`, 8, y + ROW_HEIGHT / 2);
}

interface PlacedLane {
  readonly lane: Lane;
  readonly y: number;
}

function drawLane(canvas: Canvas, drawn: Drawn, { lane, y }: PlacedLane): void {
  const { context, width, palette } = canvas;
  const { view, now, selected } = drawn;
  const top = y + (ROW_HEIGHT - BAR_HEIGHT) / 2;
  let lastRight = Number.NEGATIVE_INFINITY;
  for (let index = findFirstBar(lane.bars, view.from); index < lane.bars.length; index += 1) {
    const bar = lane.bars[index];
    if (bar === undefined || bar.startedAt > view.to) break;
    const left = Math.max(-2, Math.round(toX(bar.startedAt, view, width)));
    const right = Math.min(width + 2, Math.round(toX(bar.endedAt ?? now, view, width)));
    if (right <= lastRight) continue;
    lastRight = right;
    const isFailed = bar.endedAt !== undefined && bar.exitCode !== 0;
    context.fillStyle = isFailed ? palette.barFailed : palette.bar;
    if (bar.id === selected) context.fillStyle = palette.selected;
    context.fillRect(left, top, Math.max(1, right - left), BAR_HEIGHT);
    if (right - left < NAMED_FROM) continue;
    context.fillStyle = bar.id === selected ? palette.onSelected : palette.text;
    context.font = FONT;
    context.fillText(
      toFitting(toVisibleText(toProgram(bar), MAX_PROGRAM), right - left - 8),
      Math.max(4, left + 4),
      y + ROW_HEIGHT / 2 + 0.5,
    );
  }
  for (const [kind, marks] of lane.marks.entries()) {
    const name = MARKS[kind];
    if (name !== undefined) drawMarks(canvas, { marks, view, y, kind: name });
  }
  for (const { at, severity } of lane.flags) {
    if (at < view.from || at > view.to) continue;
    drawFlag(canvas, { x: Math.round(toX(at, view, width)), y, severity });
  }
}

/** Some 6 pixels a letter: measuring each text at each picture would take most of its time. */
function toFitting(text: string, room: number): string {
  const letters = Math.floor(room / 6);
  return text.length <= letters ? text : `${text.slice(0, Math.max(0, letters - 1))}…`;
}

interface DrawnMarks {
  readonly marks: readonly Mark[];
  readonly view: View;
  readonly y: number;
  readonly kind: MarkKind;
}

function drawMarks(
  { context, width, palette }: Canvas,
  { marks, view, y, kind }: DrawnMarks,
): void {
  if (marks.length === 0) return;
  context.fillStyle = palette.marks[kind];
  const isSmall = kind === "write" || kind === "name";
  const size = isSmall ? MARK_SIZE - 2 : MARK_SIZE;
  const top = kind === "write" ? y + ROW_HEIGHT - 4 : y + (ROW_HEIGHT - size) / 2;
  let lastX = Number.NEGATIVE_INFINITY;
  for (let index = findFirstMark(marks, view.from); index < marks.length; index += 1) {
    const mark = marks[index];
    if (mark === undefined || mark.at > view.to) return;
    const x = Math.round(toX(mark.at, view, width));
    if (x === lastX) continue;
    lastX = x;
    context.fillRect(x - size / 2, top, size, size);
  }
}

interface DrawnFlag {
  readonly x: number;
  readonly y: number;
  readonly severity: string;
}

function drawFlag({ context, palette }: Canvas, { x, y, severity }: DrawnFlag): void {
  context.fillStyle = palette.severities[severity] ?? palette.soft;
  context.beginPath();
  context.moveTo(x, y + 1);
  context.lineTo(x + 9, y + 4.5);
  context.lineTo(x + 1.5, y + 8);
  context.lineTo(x + 1.5, y + ROW_HEIGHT - 1);
  context.lineTo(x, y + ROW_HEIGHT - 1);
  context.fill();
}

/** Also of lanes that are scrolled away. */
function drawFlagsOnAxis(canvas: Canvas, { layout, view }: Drawn): void {
  const { context, width, palette } = canvas;
  let lastX = Number.NEGATIVE_INFINITY;
  for (const { at, severity } of layout.flags) {
    if (at < view.from || at > view.to) continue;
    const x = Math.round(toX(at, view, width));
    if (x - lastX < 2) continue;
    lastX = x;
    context.fillStyle = palette.severities[severity] ?? palette.soft;
    context.fillRect(x - 1, AXIS_HEIGHT - 6, 3, 5);
  }
}
