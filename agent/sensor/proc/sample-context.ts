import type { Microseconds } from "../../observation.ts";

/** When a sample was taken, and whether what is new in it was there before the guard. */
export interface SampleContext {
  readonly at: Microseconds;
  readonly origin: "live" | "snapshot";
}
