/** Whether a file of the run came from the network or out of an encoding, through renames, links, copies and archives. */
import { resolve } from "node:path";

import { type Actor, hasTrait } from "./actor.ts";
import type { RunFacts } from "./run-facts.ts";
import {
  BROWSER,
  COMPILER,
  DECODER,
  DOWNLOADER,
  FILE_MOVER,
  FILTER,
  FORMATTER,
  PACKAGE_MANAGER,
  RELAY,
  RUNNER,
  SHELL,
  SYSTEM_PACKAGE_MANAGER,
  VERSION_CONTROL,
} from "./traits.ts";
import type { WrittenFile } from "./written-files.ts";

export interface Bringer {
  readonly actor: Actor;
  /** It is a program that fetches or unpacks by trade, or has been on the network. Else it spoke to its own machine alone. */
  readonly isSure: boolean;
}

/** `a.tar` → `a/x` → `x.part` → `x`. */
const MAX_STEPS = 6;
const MAX_ARGS = 64;
/** From the opening of a file to the start of the program that it is for. */
const REDIRECTION_US = 1_000_000;
const FETCHES = DOWNLOADER | DECODER | RELAY;
const PASSES_ON = FILE_MOVER | FILTER | SHELL;
/** They fetch programs as their job, and are judged by others. */
const MAKES_PROGRAMS =
  PACKAGE_MANAGER |
  SYSTEM_PACKAGE_MANAGER |
  COMPILER |
  FORMATTER |
  VERSION_CONTROL |
  BROWSER |
  RUNNER;

/** By which it can be told what came from where. */
export type Passing = Pick<RunFacts, "files" | "connected" | "pipes" | "fetches">;

export function findBringer(
  file: WrittenFile,
  facts: Passing,
  steps: number = MAX_STEPS,
): Bringer | undefined {
  if (steps === 0) return undefined;
  const { firstWriter, lastWriter, origin, path } = file;
  const ofOrigin = origin && findBringer(origin, facts, steps - 1);
  if (ofOrigin !== undefined) return ofOrigin;
  for (const writer of new Set([firstWriter, lastWriter])) {
    const bringer =
      toBringer(writer, facts) ??
      findRedirected(writer, file, facts) ??
      findCopied(writer, { path, facts, steps });
    if (bringer !== undefined) return bringer;
  }
  return undefined;
}

function toBringer(writer: Actor, facts: Passing): Bringer | undefined {
  if (hasTrait(writer, FETCHES)) return { actor: writer, isSure: true };
  if (hasTrait(writer, MAKES_PROGRAMS)) return undefined;
  if (hasTrait(writer, PASSES_ON) && isFed(writer, facts)) return { actor: writer, isSure: true };
  const reach = facts.connected.reachOf(writer);
  return reach && { actor: writer, isSure: reach === "network" };
}

/** Some shells open the file of `curl … > file` themselves. */
function findRedirected(
  writer: Actor,
  { firstWrittenAt, lastWrittenAt }: WrittenFile,
  { fetches }: Passing,
): Bringer | undefined {
  if (!hasTrait(writer, SHELL)) return undefined;
  const actor = fetches
    .of(writer)
    .find(
      ({ program, startedAt }) =>
        program?.stdout?.type === "file" &&
        startedAt >= firstWrittenAt &&
        startedAt - lastWrittenAt < REDIRECTION_US,
    );
  return actor && { actor, isSure: true };
}

/** `curl … | tar x`, `cat <&3` with a connection there. */
function isFed(writer: Actor, { pipes }: Passing): boolean {
  let at: Actor | undefined = writer;
  for (let step = 0; at !== undefined && step < MAX_STEPS; step += 1) {
    const stdin: { type: string; inode?: number | undefined } | undefined = at.program?.stdin;
    if (stdin?.type === "socket") return hasTrait(at, FILE_MOVER | FILTER);
    if (stdin?.type !== "pipe" || stdin.inode === undefined) return false;
    const here: Actor = at;
    const feeders: Actor[] = pipes.writersOf(stdin.inode).filter((one) => one !== here);
    if (feeders.some((one) => hasTrait(one, FETCHES))) return true;
    at = feeders.find((one) => hasTrait(one, FILTER));
  }
  return false;
}

interface Copy {
  readonly path: string;
  readonly facts: Passing;
  readonly steps: number;
}

/** What it was told to read is told by its arguments. */
function findCopied(writer: Actor, { path, facts, steps }: Copy): Bringer | undefined {
  const { program } = writer;
  if (program === undefined || !hasTrait(writer, FILE_MOVER | FILTER)) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (const arg of program.args.slice(1, MAX_ARGS)) {
    const source = resolve(program.workingDirectory ?? "/", arg.slice(arg.indexOf("=") + 1));
    const copied = facts.files.find(source) ?? facts.files.find(`${source}/${name}`);
    if (copied === undefined || copied.path === path) continue;
    const bringer = findBringer(copied, facts, steps - 1);
    if (bringer !== undefined) return bringer;
  }
  return undefined;
}
