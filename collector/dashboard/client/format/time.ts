/** Times in the reader's zone, and lengths of time. */
import { once } from "./once.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SHORT_CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
const CLOCK = { ...SHORT_CLOCK, second: "2-digit" } as const;
const SHORT_DAY = { month: "short", day: "numeric" } as const;

export const toDateTime = createFormat({ ...SHORT_DAY, ...CLOCK });
export const toDay = createFormat({ ...SHORT_DAY, year: "numeric" });
export const toClock = createFormat(CLOCK);
/** Of axes. */
export const toShortClock = createFormat(SHORT_CLOCK);
export const toShortDay = createFormat(SHORT_DAY);

function createFormat(options: Intl.DateTimeFormatOptions): (time: string) => string {
  const format = once(() => new Intl.DateTimeFormat(undefined, options));
  return (time) => {
    const date = toDate(time);
    return date === undefined ? time : format().format(date);
  };
}

/** What agents say may be no time. */
function toDate(time: string): Date | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** For whoever hovers: the same moment in UTC. */
export function toUtc(time: string): string {
  const date = toDate(time);
  return date === undefined ? time : `${date.toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

export function toAgo(time: string, now: number): string {
  const date = toDate(time);
  if (date === undefined) return time;
  const ms = now - date.getTime();
  if (ms < 5 * SECOND_MS) return "now";
  return `${toLength(ms, 1)} ago`;
}

/** `3m 20s`: the largest units that it has. */
export function toLength(ms: number, units = 2): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND_MS && units > 1) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unitMs, name] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count}${name}`);
    if (parts.length === units || (parts.length > 0 && count === 0)) break;
  }
  return parts.join(" ");
}

const UNITS = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "m"],
  [SECOND_MS, "s"],
] as const;
