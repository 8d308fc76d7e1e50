/** The time line's canvas: what is seen of it, who moves it, and when it is drawn. */
import type { SeenProcess } from "../run-model/run-model.ts";
import { AXIS_HEIGHT, drawTimeline, ROW_HEIGHT, toTime } from "./draw.ts";
import { findAt, type Found } from "./find-at.ts";
import type { Flag, Layout } from "./layout.ts";
import { type Palette, readPalette } from "./palette.ts";
import { readRange, toRange } from "./range.ts";
import { listRows } from "./rows.ts";
import { centreOn, pan, toWhole, type View, zoom } from "./view.ts";

export interface Pointed extends Found {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Shown {
  readonly layout: Layout;
  readonly isLive: boolean;
  /** More comes: it has the room already that it may need. */
  readonly isLoading: boolean;
  readonly selected: string | undefined;
}

export interface ControllerOptions {
  readonly range: string | undefined;
  readonly onRange: (range: string | undefined) => void;
  readonly onSelect: (process: SeenProcess | undefined) => void;
  readonly onPoint: (pointed: Pointed | undefined) => void;
  /** Somebody has gone to a finding. */
  readonly onReach: (flag: Flag) => void;
}

export interface TimelineController {
  show(shown: Shown): void;
  /** As a key does. */
  press(key: string): boolean;
  end(): void;
}

const MAX_HEIGHT = 460;
const MIN_HEIGHT = 140;
const CLOSER = 0.8;
/** Of the whole run, around a finding. */
const CLOSE_UP = 0.1;
/** Of what is seen, for each press. */
const STEP = 0.15;
const WHEEL_ZOOM = 0.0022;
/** A click moves the pointer by so little. */
const CLICK_PIXELS = 4;
/** The address follows when somebody has stopped moving. */
const SETTLED_MS = 300;

export function createController(
  canvas: HTMLCanvasElement,
  { range, onRange, onSelect, onPoint, onReach }: ControllerOptions,
): TimelineController {
  const ending = new AbortController();
  const { signal } = ending;
  let shown: Shown | undefined;
  let view: View | undefined;
  /** Nobody has moved it: it grows with the run. */
  let isWhole = range === undefined;
  let palette: Palette = readPalette(canvas);
  let width = canvas.clientWidth;
  let frame = 0;
  let tallest = 0;
  let reached: Flag | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const endOf = ({ layout, isLive }: Shown): Layout =>
    isLive ? { ...layout, endsAt: Math.max(layout.endsAt, Date.now()) } : layout;
  const draw = (): void => {
    frame = 0;
    const context = canvas.getContext("2d", { alpha: false });
    if (shown === undefined || view === undefined || context === null) return;
    const height = tallest;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    // A new size empties it, so that it is given where it is another one alone.
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      canvas.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { layout, isLive, selected } = shown;
    const now = isLive ? Date.now() : layout.endsAt;
    const rows = listRows(layout.groups, view);
    drawTimeline({ context, width, height, palette }, { layout, rows, view, now, selected });
  };
  const plan = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const move = (next: View): void => {
    if (shown === undefined) return;
    const { layout } = shown;
    const rows = listRows(layout.groups, next);
    const most = AXIS_HEIGHT + rows.length * ROW_HEIGHT + 4 - tallest;
    view = { ...next, top: Math.max(0, Math.min(next.top, most)) };
    plan();
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (view !== undefined) onRange(isWhole ? undefined : toRange(view, layout.startsAt));
    }, SETTLED_MS);
  };
  const change = (make: (view: View, layout: Layout) => View): void => {
    if (view === undefined || shown === undefined) return;
    isWhole = false;
    move(make(view, endOf(shown)));
  };
  const goToFinding = (direction: 1 | -1): void => {
    if (view === undefined || shown === undefined) return;
    const { flags, groups } = shown.layout;
    // Who sees all of it begins at an end.
    const middle = (view.from + view.to) / 2;
    const found =
      direction === 1
        ? flags.find(({ at }) => isWhole || at > middle + 0.5)
        : flags.findLast(({ at }) => isWhole || at < middle - 0.5);
    if (found === undefined) return;
    const half = tallest / 2;
    const closer = isWhole ? CLOSE_UP : 1;
    change((now, layout) => {
      const near = zoom(now, { factor: closer, at: found.at }, layout);
      const next = centreOn(near, found.at, layout);
      const row = listRows(groups, next).findIndex(
        (one) => "flags" in one && one.flags.includes(found),
      );
      return { ...next, top: row * ROW_HEIGHT - half };
    });
    reached = found;
    onReach(found);
  };
  const press = (key: string): boolean => {
    if (view === undefined || shown === undefined) return false;
    const middle = (view.from + view.to) / 2;
    const { top } = view;
    switch (key) {
      case "ArrowLeft":
        change((now, layout) => pan(now, -STEP, layout));
        return true;
      case "ArrowRight":
        change((now, layout) => pan(now, STEP, layout));
        return true;
      case "ArrowUp":
        move({ ...view, top: top - 2 * ROW_HEIGHT });
        return true;
      case "ArrowDown":
        move({ ...view, top: top + 2 * ROW_HEIGHT });
        return true;
      case "+":
      case "=":
        change((now, layout) => zoom(now, { factor: CLOSER, at: middle }, layout));
        return true;
      case "-":
        change((now, layout) => zoom(now, { factor: 1 / CLOSER, at: middle }, layout));
        return true;
      case "0":
        isWhole = true;
        move({ ...toWhole(endOf(shown)), top });
        return true;
      case "Enter":
        onSelect(reached?.process);
        return true;
      case "n":
        goToFinding(1);
        return true;
      case "p":
        goToFinding(-1);
        return true;
      default:
        return false;
    }
  };
  const findUnder = (event: MouseEvent): Pointed | undefined => {
    if (shown === undefined || view === undefined) return undefined;
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const rows = listRows(shown.layout.groups, view);
    const found = findAt({ x, y, width }, view, rows);
    return found === undefined ? undefined : { ...found, x, y, width };
  };
  const onWheel = (event: WheelEvent): void => {
    if (view === undefined) return;
    const { deltaX, deltaY, ctrlKey, metaKey, shiftKey, offsetX } = event;
    const { top } = view;
    if (ctrlKey || metaKey) {
      const at = toTime(offsetX, view, width);
      change((now, layout) => zoom(now, { factor: Math.exp(deltaY * WHEEL_ZOOM), at }, layout));
    } else if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) {
      change((now, layout) => pan(now, (deltaX || deltaY) / width, layout));
    } else {
      const before = top;
      move({ ...view, top: top + deltaY });
      // At its end the page goes on.
      if (view.top === before) return;
    }
    event.preventDefault();
    onPoint(undefined);
  };
  let drag: { readonly x: number; readonly y: number; moved: number } | undefined;
  const onDown = ({ clientX, clientY, pointerId, button }: PointerEvent): void => {
    if (button !== 0) return;
    drag = { x: clientX, y: clientY, moved: 0 };
    canvas.setPointerCapture(pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    if (drag === undefined || view === undefined) {
      const pointed = findUnder(event);
      canvas.style.cursor = pointed?.bar === undefined ? "grab" : "pointer";
      onPoint(pointed);
      return;
    }
    const [byX, byY] = [event.clientX - drag.x, event.clientY - drag.y];
    const moved = drag.moved + Math.abs(byX) + Math.abs(byY);
    drag = { x: event.clientX, y: event.clientY, moved };
    onPoint(undefined);
    const { top } = view;
    change((now, layout) => ({ ...pan(now, -byX / width, layout), top: top - byY }));
  };
  const onUp = (event: PointerEvent): void => {
    const isClick = drag !== undefined && drag.moved < CLICK_PIXELS;
    drag = undefined;
    if (isClick) onSelect(findUnder(event)?.bar);
  };
  canvas.addEventListener("wheel", onWheel, { passive: false, signal });
  canvas.addEventListener("pointerdown", onDown, { signal });
  canvas.addEventListener("pointermove", onMove, { signal });
  canvas.addEventListener("pointerup", onUp, { signal });
  canvas.addEventListener("pointerleave", () => onPoint(undefined), { signal });
  canvas.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (press(event.key)) event.preventDefault();
    },
    { signal },
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener(
    "change",
    () => {
      palette = readPalette(canvas);
      plan();
    },
    { signal },
  );
  const watching = new ResizeObserver(() => {
    width = canvas.clientWidth;
    plan();
  });
  watching.observe(canvas);
  return {
    show(next) {
      shown = next;
      tallest = Math.max(tallest, next.isLoading ? MAX_HEIGHT : heightOf(next.layout));
      const whole = endOf(next);
      view ??= readRange(range, next.layout.startsAt) ?? toWhole(whole);
      if (isWhole) view = { ...toWhole(whole), top: view.top };
      plan();
    },
    press,
    end() {
      ending.abort();
      watching.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(settling);
    },
  };
}

function heightOf({ height }: Layout): number {
  const whole = AXIS_HEIGHT + height * ROW_HEIGHT + 4;
  return Math.max(MIN_HEIGHT, Math.min(MAX_HEIGHT, whole));
}
