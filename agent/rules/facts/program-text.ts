import { resolve } from "node:path";

import { type Actor, hasTrait } from "./actor.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";
import { SHELL } from "./traits.ts";

/** Scripts of CI steps are shorter; of a longer one the beginning is looked at. */
const MAX_BYTES = 16_384;

/** The program of a shell or interpreter, where it was given one as text, or by a file that can still be read. */
export function readProgramText(actor: Actor, facts: RunFacts): string | undefined {
  const { ref, program } = actor;
  if (program === undefined) return undefined;
  const source = toProgramSource(program);
  if (source.kind === "text") return source.text;
  if (source.kind === "input") return readInputText(actor, facts);
  const path = resolve(program.workingDirectory ?? "/", source.path);
  const { live, place } = facts;
  // Where it is over already, the guard most likely sees the same files.
  const bytes = live.head(ref.pid, path, MAX_BYTES) ?? live.head(place.guardPid, path, MAX_BYTES);
  return bytes?.toString("latin1");
}

/** Of a here-document: a file without a name, or a pipe, whose text stands in the script of the shell above it. */
function readInputText({ ref, parent, program }: Actor, facts: RunFacts): string | undefined {
  if (program?.stdin?.type === "file") {
    return facts.live.headOfInput(ref.pid, MAX_BYTES)?.toString("latin1");
  }
  if (program?.stdin?.type !== "pipe" || parent === undefined || !hasTrait(parent, SHELL)) {
    return undefined;
  }
  return readProgramText(parent, facts);
}
