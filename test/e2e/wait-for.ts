import { setTimeout as pause } from "node:timers/promises";

const DEADLINE_MS = 60_000;
const PERIOD_MS = 10;

/** Looks again and again until there is something to see, and returns it. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | undefined | false | null,
): Promise<Value> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false && seen !== null) return seen;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(PERIOD_MS);
  }
}
