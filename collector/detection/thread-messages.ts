/** What crosses between the thread that learns and the one that has things written. */
import { z } from "zod";

import type { RunLesson, TaughtRun } from "../stores/baseline-store.ts";
import type { OwnFinding } from "../stores/news-store.ts";
import { detectionSchema } from "./detection-file.ts";

/** What the thread is started with. */
export const threadDataSchema = z.object({ directory: z.string(), settings: detectionSchema });
export type ThreadData = z.infer<typeof threadDataSchema>;

/** `look`: something of these runs is new on disk. `scan`: runs that were held back may teach now. */
export type ToDetection =
  | { readonly kind: "scan" }
  | {
      readonly kind: "look";
      readonly going: readonly string[];
      readonly ended: readonly string[];
    }
  | { readonly kind: "written"; readonly number: number; readonly fault?: string }
  | { readonly kind: "close" };

export type DetectionWrite =
  | { readonly kind: "find"; readonly finding: OwnFinding }
  | { readonly kind: "teach"; readonly taught: TaughtRun };

/** `turn`: it is at work on this run, which may be the last that is heard of it. */
export type FromDetection =
  | { readonly kind: "ready" }
  | { readonly kind: "turn"; readonly runId: string }
  | { readonly kind: "write"; readonly number: number; readonly writes: readonly DetectionWrite[] }
  | { readonly kind: "figures"; readonly figures: DetectionFigures }
  | { readonly kind: "trouble"; readonly message: string };

/** Since its start. */
export interface DetectionFigures {
  readonly events: number;
  /** Of rules. */
  readonly anomalies: Readonly<Record<string, number>>;
  readonly lessons: Readonly<Partial<Record<RunLesson, number>>>;
  /** That are judged at their end alone, since too many were at once. */
  readonly leftToEnd: number;
  /** Runs that have something new. */
  readonly behind: number;
  /** For how long the first of them has waited. */
  readonly lagMs: number;
}

export const NO_FIGURES: DetectionFigures = {
  events: 0,
  anomalies: {},
  lessons: {},
  leftToEnd: 0,
  behind: 0,
  lagMs: 0,
};
