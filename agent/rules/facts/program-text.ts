import { resolve } from "node:path";

import type { Actor } from "./actor.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";

/** Scripts of CI steps are shorter; of a longer one the beginning is looked at. */
const MAX_BYTES = 16_384;

/** The program of a shell or interpreter, where it was given one as text, or by a file that can still be read. */
export function readProgramText({ ref, program }: Actor, facts: RunFacts): string | undefined {
  if (program === undefined) return undefined;
  const source = toProgramSource(program);
  if (source.kind === "text") return source.text;
  if (source.kind === "input") return undefined;
  const path = resolve(program.workingDirectory ?? "/", source.path);
  const { live, place } = facts;
  // Where it is over already, the guard most likely sees the same files.
  const bytes = live.head(ref.pid, path, MAX_BYTES) ?? live.head(place.guardPid, path, MAX_BYTES);
  return bytes?.toString("latin1");
}
