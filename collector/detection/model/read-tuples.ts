/** Lists of tuples of a document that anybody may have written. */
import { isIP } from "node:net";

import { type BaselineDocument, EXPECTED, MAX_STEPS } from "./baseline-document.ts";
import { BASELINE_BOUNDS, type DomainPeaks, type Habit } from "./baseline.ts";
import { isPlainText } from "./feature-schema.ts";
import type { Feature } from "./feature.ts";
import { toFeatureKey } from "./feature.ts";

type Lists = Pick<BaselineDocument, "destinations" | "names" | "processes" | "files" | "signals">;
type ToHabit = (tuple: readonly unknown[]) => Habit | undefined;

/** Undefined: one of them is no habit. */
export function readHabits(lists: Lists): Map<string, Habit> | undefined {
  const habits = new Map<string, Habit>();
  const isRead =
    addHabits(habits, lists.destinations, toDestination) &&
    addHabits(habits, lists.names, toName) &&
    addHabits(habits, lists.processes, toProcess) &&
    addHabits(habits, lists.files, ([place, ...seen]) =>
      isPlainText(place) ? toHabit({ kind: "file", place }, seen) : undefined,
    ) &&
    addHabits(habits, lists.signals, ([signal, ...seen]) =>
      isPlainText(signal) ? toHabit({ kind: "signal", signal }, seen) : undefined,
    );
  return isRead ? habits : undefined;
}

export function readPeaks(list: readonly unknown[]): Map<string, DomainPeaks> | undefined {
  const peaks = new Map<string, DomainPeaks>();
  for (const tuple of list) {
    if (!isTuple(tuple, 3)) return undefined;
    const [domain, bytesSent, names] = tuple;
    if (!isPlainText(domain) || !isSteps(bytesSent) || !isSteps(names)) return undefined;
    peaks.set(domain, { bytesSent, names });
  }
  return peaks;
}

/** Of 32 bits, one of which is 1. */
const MAX_BITS = 0xffff_ffff;
/** A kind of source, a zero, and a text of a feature. */
const SOURCE = /^[a-z]+(?:\0[\x20-\x7e]{0,400})?$/;

export function readNews(list: readonly unknown[]): Map<string, number> | undefined {
  const news = new Map<string, number>();
  for (const tuple of list) {
    if (!isTuple(tuple, 2)) return undefined;
    const [source, bits] = tuple;
    if (typeof source !== "string" || !SOURCE.test(source)) return undefined;
    if (!isCount(bits) || bits === 0 || bits > MAX_BITS) return undefined;
    news.set(source, bits);
  }
  return news;
}

function addHabits(habits: Map<string, Habit>, list: readonly unknown[], to: ToHabit): boolean {
  for (const tuple of list) {
    const habit = Array.isArray(tuple) ? to(tuple) : undefined;
    if (habit === undefined) return false;
    habits.set(toFeatureKey(habit.feature), habit);
  }
  return true;
}

const MAX_PORT = 65_535;

function toDestination([program, domain, port, transport, ...rest]: readonly unknown[]):
  | Habit
  | undefined {
  if (!isPlainText(program) || !isPlainText(domain) || !isPlainText(transport)) return undefined;
  if (!isCount(port) || port > MAX_PORT) return undefined;
  const [addresses, ...counts] = rest;
  const hasAddresses = isAddresses(addresses);
  const feature: Feature = { kind: "destination", program, domain, port, transport };
  const habit = toHabit(feature, hasAddresses ? counts : rest);
  return habit !== undefined && hasAddresses ? { ...habit, addresses } : habit;
}

function isAddresses(value: unknown): value is readonly string[] | null {
  if (value === null) return true;
  return (
    Array.isArray(value) &&
    value.length <= BASELINE_BOUNDS.addresses &&
    value.every((one) => typeof one === "string" && isIP(one) !== 0)
  );
}

function toName([domain, name, literal, ...seen]: readonly unknown[]): Habit | undefined {
  if (!isPlainText(domain) || !isPlainText(name)) return undefined;
  if (literal !== null && !isPlainText(literal)) return undefined;
  const habit = toHabit({ kind: "name", domain, name }, seen);
  return habit === undefined ? undefined : { ...habit, literal };
}

function toProcess([parent, program, ...seen]: readonly unknown[]): Habit | undefined {
  if (!isPlainText(parent) || !isPlainText(program)) return undefined;
  return toHabit({ kind: "process", parent, program }, seen);
}

function toHabit(feature: Feature, counts: readonly unknown[]): Habit | undefined {
  const [seen, last, expected] = counts;
  if (counts.length > 3 || !isCount(seen) || !isCount(last)) return undefined;
  if (expected === undefined) return { feature, seen, last };
  return expected === EXPECTED ? { feature, seen, last, isExpected: true } : undefined;
}

function isTuple(value: unknown, length: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length === length;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isSteps(value: unknown): value is number {
  return isCount(value) && value <= MAX_STEPS;
}
