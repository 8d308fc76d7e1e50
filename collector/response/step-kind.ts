/** How one step of a response is taken, and how it is seen that it worked. Implementations: steps/. */
import type { NewResponse, ResponseStepName, ResponseTarget } from "../stores/response-store.ts";

export interface StepKind {
  /** Until somebody says yes; tried again as long. */
  readonly actMs: number;
  /** From then on, until it is seen that it worked. */
  readonly checkMs: number;
  /** May be done twice: nobody knows what came of it where the collector ended meanwhile. */
  act(response: ResponseUnderWay, signal: AbortSignal): Promise<Acted>;
  check(response: ResponseUnderWay, signal: AbortSignal): Promise<Checked>;
}

export type ResponseUnderWay = Pick<
  NewResponse,
  "tenant" | "runId" | "by" | "reason" | "decidedAt" | "target" | "steps"
>;

export type Acted =
  | { readonly status: "accepted"; readonly answer: string; readonly learned?: Learned }
  /** It is as it was to become. */
  | { readonly status: "settled"; readonly answer: string; readonly learned?: Learned }
  /** It would be answered so again. */
  | { readonly status: "refused"; readonly answer: string }
  | { readonly status: "retry"; readonly answer: string; readonly afterMs: number };

export type Learned = Partial<Pick<ResponseTarget, "runnerUid" | "commandNumber">>;

export type Checked =
  | { readonly status: "worked"; readonly answer: string }
  /** It has ended by itself: nothing is left to be done, and nobody here has done it. */
  | { readonly status: "over"; readonly answer: string }
  /** Its guard says so, and nobody else can be asked. */
  | { readonly status: "unverified"; readonly answer: string }
  | { readonly status: "refused"; readonly answer: string }
  | { readonly status: "not-yet"; readonly answer: string };

export type StepKinds = Readonly<Record<ResponseStepName, StepKind>>;
