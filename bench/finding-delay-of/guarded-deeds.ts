import { z } from "zod";

import { DEED_KINDS } from "./find-deed.ts";

/** What was done, or told of: `at` is in nanoseconds of CLOCK_MONOTONIC. */
export const timedDeedSchema = z.object({ did: z.enum(DEED_KINDS), number: z.int(), at: z.int() });
export type TimedDeed = z.infer<typeof timedDeedSchema>;

/** What guard-deeds.ts writes. */
export const guardedDeedsSchema = z.object({
  exitCode: z.int().nullable(),
  /** Findings of deeds. */
  told: z.array(timedDeedSchema),
  eventsSeen: z.int(),
  eventsDropped: z.int(),
  /** Of the guard, while the command ran. */
  cpuMs: z.number(),
  /** Of its main thread, for a processor that others had. */
  waitedMs: z.number(),
  /** Of all processors, by the machine's host. */
  stolenMs: z.number(),
});
export type GuardedDeeds = z.infer<typeof guardedDeedsSchema>;

/** What flag-deeds.c says of its load: how many events it was meant to make, and how often it was itself kept waiting. */
export const loadSchema = z.object({
  did: z.literal("load"),
  events: z.int(),
  milliseconds: z.int(),
  wakes: z.int(),
  lateWakes: z.int(),
  /** Events at one wake: what is made up for comes faster than the rate. */
  most: z.int(),
  /** Events that the machine was too busy to make in time. */
  leftOut: z.int(),
});
export type Load = z.infer<typeof loadSchema>;
