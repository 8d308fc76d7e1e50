/**
 * Writes the report when somebody was not heard, who may have wanted just that: whoever asks all the time keeps the others of his user
 * from being answered, and is not to keep what the job did from being told.
 */
export interface UnaskedReports extends Disposable {
  turnedAway(): void;
}

/** As often as it is written for whoever asks. */
const PERIOD_MS = 5_000;

export function createUnaskedReports(
  write: () => Promise<unknown>,
  periodMs = PERIOD_MS,
): UnaskedReports {
  let timer: NodeJS.Timeout | undefined;
  return {
    turnedAway() {
      timer ??= setTimeout(() => {
        timer = undefined;
        // Refused where one was written just now; whoever is turned away after that begins anew.
        void write().catch(() => undefined);
      }, periodMs).unref();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
