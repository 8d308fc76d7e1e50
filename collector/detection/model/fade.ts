/**
 * What is no habit any more is forgotten, so that what once was needed is not allowed for ever. Something that was seen in a single run
 * is known from then on: somebody was told of it, and to tell it again in the next run would teach people not to read. It is a
 * weaker memory, though, and goes in half of the time.
 */
import type { Habit } from "./baseline.ts";

/** From so many runs on it is a habit. */
export const HABIT_RUNS = 3;

export function isFirm({ seen, isExpected }: Pick<Habit, "seen" | "isExpected">): boolean {
  return isExpected === true || seen >= HABIT_RUNS;
}

export function isFaded(habit: Habit, runs: number, fadeAfterRuns: number): boolean {
  const { last } = habit;
  const patience = isFirm(habit) ? fadeAfterRuns : Math.ceil(fadeAfterRuns / 2);
  return runs - last > patience;
}
