/** What time it is, for what says how long ago something was: as often as that changes. */
import { signal } from "@preact/signals";

const TICK_MS = 1_000;

export const now = signal(Date.now());

export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, TICK_MS);
}
