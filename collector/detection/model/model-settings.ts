/** What an operator may choose of how runs are judged. */
export interface ModelSettings {
  /** From how many runs on a baseline is judged by; half of that where nothing new came in the other half. */
  readonly learningRuns: number;
  /** A habit that was not seen in so many runs is none any more, and half of that where it was seen once or twice. */
  readonly fadeAfterRuns: number;
}

export const DEFAULT_SETTINGS: ModelSettings = { learningRuns: 20, fadeAfterRuns: 500 };
