/** What a file holds at this moment, as whoever did something to it sees it. */
import type { Actor } from "./actor.ts";
import type { LiveProcesses } from "./live-processes.ts";
import { generationsOf } from "./network-streams.ts";
import type { RunFacts } from "./run-facts.ts";

/** Undefined: there is no such file, or nobody lives who could show it. */
export function readAs(
  actor: Actor,
  path: string,
  {
    bytes,
    facts,
  }: { readonly bytes: number; readonly facts: { readonly live: Pick<LiveProcesses, "head"> } },
): Buffer | undefined {
  for (const { ref, endedAt } of generationsOf(actor)) {
    // One that has ended meanwhile shows nothing; whoever started it may.
    const content = endedAt === undefined ? facts.live.head(ref.pid, path, bytes) : undefined;
    if (content !== undefined) return content;
  }
  return undefined;
}

const ENVIRONMENT_BYTES = 32_768;

/** The home directory of whoever it belongs to, by its own environment or that of the nearest who lives and started it. */
export function readHomeOf(actor: Actor, { live }: Pick<RunFacts, "live">): string | undefined {
  for (const { ref, endedAt } of generationsOf(actor)) {
    if (endedAt !== undefined) continue;
    const environment = live.head(ref.pid, `/proc/${ref.pid}/environ`, ENVIRONMENT_BYTES);
    const home = /(?:^|\0)HOME=([^\0]+)/.exec(environment?.toString("utf8") ?? "")?.[1];
    if (home !== undefined) return home;
  }
  return undefined;
}
