/** What of this machine makes jobs on it easier to attack, told once a run. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { EventStream } from "../events/event-stream.ts";
import type { PosturePlaces } from "../posture/posture-places.ts";

/**
 * Read when the command runs, which need not wait for it; its files are loaded then. `places` null: it is not looked at. The
 * same promise however often it is asked for.
 */
export function createPostureTold(
  places: PosturePlaces | null,
  stream: EventStream,
): () => Promise<void> {
  let telling: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    if (places === null) return;
    const { readPostureInTurns } = await import("../posture/posture.ts");
    const turns = readPostureInTurns(places);
    let turn = turns.next();
    while (turn.done !== true) {
      // What the job does is looked at in between.
      await nextTurn();
      turn = turns.next();
    }
    const { score, checks } = turn.value;
    const told = checks.map(({ id, severity, status, message }) => ({
      id,
      severity,
      status,
      message,
    }));
    stream.write({ kind: "posture", score, checks: told }, Date.now() * 1000);
  };
  return () => (telling ??= tell());
}
