/** A browser has few connections, and pages that nobody sees would use them up. */
export interface InSight {
  /** Also when it is in sight again. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** Gives back what ends it. */
export function whileInSight({ start, stop }: InSight): () => void {
  const onVisibility = (): void => {
    if (document.hidden) stop();
    else start();
  };
  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    stop();
  };
}
