/** How long response tries. */
export interface ResponseBounds {
  /** Of the time that each kind of step has. */
  readonly patience: number;
  /** Between two times that a kill is tried which failed since nobody answered. */
  readonly retryEachMs: number;
}

export const USUAL_BOUNDS: ResponseBounds = { patience: 1, retryEachMs: 60_000 };
