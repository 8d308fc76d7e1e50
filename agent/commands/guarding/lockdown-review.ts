import type { MachineLockdown } from "../../lockdown/machine-lockdown.ts";

/** What somebody opens again is open for no longer. */
const REVIEW_MS = 1_000;

/** From now on: closes what comes, and tells what was opened again. */
export function reviewRegularly(
  lockdown: Pick<MachineLockdown, "review">,
  onOpened: (message: string) => void,
): Disposable {
  const timer = setInterval(() => {
    for (const message of lockdown.review()) onOpened(message);
  }, REVIEW_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
