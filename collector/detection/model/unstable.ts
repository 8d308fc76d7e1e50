/**
 * Sources of news: a program that goes to places, one that starts others, a domain with hosts below. One that brings something new in
 * every few runs, such as a crawler or a browser, cannot be judged by what is new, and all others still can.
 */
import type { Baseline } from "./baseline.ts";
import type { Feature } from "./feature.ts";

/** Over how many of the last runs it is asked. */
const WINDOW = 20;
/** With one in four the next run that brings something new is no surprise to anybody. */
const MAX_NEWS = 5;
/** Of all runs: when half of them bring something new, whatever it is from, new means nothing. */
const MAX_NEWS_OF_ALL = 10;
/** The source of all others together. */
export const ALL_SOURCES = "all";

/** Undefined: nobody is told of its kind by itself. */
export function toSource(feature: Feature): string | undefined {
  if (feature.kind === "destination") return `destination\0${feature.program}`;
  if (feature.kind === "process") return `process\0${feature.parent}`;
  return feature.kind === "name" ? `name\0${feature.domain}` : undefined;
}

export function isUnstable(
  baseline: Pick<Baseline, "news" | "habits" | "runs">,
  source: string,
): boolean {
  const count = countNews(baseline.news.get(source));
  if (source === ALL_SOURCES) return count >= MAX_NEWS_OF_ALL;
  return count >= MAX_NEWS || (count >= MIN_NEWS && isScattered(baseline, source));
}

/** With so many that are each seen now and then the next one is no surprise either: mirrors, of which each run is sent to another. */
const MIN_SCATTERED = 6;
const MIN_NEWS = 2;
/** One in so many runs goes there, or fewer. */
const SELDOM = 4;

/** Whether at least half of the domains that a program goes to are seldom. */
function isScattered({ habits, runs }: Pick<Baseline, "habits" | "runs">, source: string): boolean {
  const most = new Map<string, number>();
  for (const { feature, seen } of habits.values()) {
    if (feature.kind !== "destination" || toSource(feature) !== source) continue;
    most.set(feature.domain, Math.max(seen, most.get(feature.domain) ?? 0));
  }
  const seldom = [...most.values()].filter((seen) => seen * SELDOM <= runs).length;
  return most.size >= MIN_SCATTERED && seldom * 2 >= most.size;
}

/** One run later. */
export function shiftNews(
  news: ReadonlyMap<string, number>,
  fresh: ReadonlySet<string>,
  maxSources: number,
): Map<string, number> {
  const next = new Map<string, number>();
  for (const [source, bits] of news) {
    const shifted = ((bits << 1) | (fresh.has(source) ? 1 : 0)) >>> 0;
    if (shifted !== 0) next.set(source, shifted);
  }
  for (const source of fresh) if (next.size < maxSources && !next.has(source)) next.set(source, 1);
  return next;
}

function countNews(bits = 0): number {
  let count = 0;
  for (let run = 0; run < WINDOW; run += 1) count += (bits >>> run) & 1;
  return count;
}
