import type { View } from "./view.ts";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Steps that people count in, in milliseconds. */
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
];
/** A guard's clock may be years away: there are no more than have room, however long a run says that it was. */
const DAY_MS = 86_400_000;
const PIXELS_APART = 90;

/** Counted from the run's start, which is what people compare. */
export function toTicks({ from, to }: View, startsAt: number, width: number): Tick[] {
  const wanted = ((to - from) / Math.max(1, width)) * PIXELS_APART;
  const step = STEPS.find((one) => one >= wanted) ?? Math.ceil(wanted / DAY_MS) * DAY_MS;
  const ticks: Tick[] = [];
  const first = Math.ceil((from - startsAt) / step) * step;
  for (let offset = first; startsAt + offset <= to; offset += step) {
    ticks.push({ at: startsAt + offset, label: toOffset(offset, step) });
  }
  return ticks;
}

export function toOffset(ms: number, step = 1): string {
  const sign = ms < 0 ? "−" : "";
  const whole = Math.abs(ms);
  const seconds = whole / 1_000;
  if (seconds < 60) {
    const digits = step >= 1_000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
    return `${sign}${seconds.toFixed(digits)}s`;
  }
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds % 60).toFixed(step >= 1_000 ? 0 : 1).padStart(2, "0");
  if (minutes < 60) return `${sign}${minutes}:${rest}`;
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
