/** Whether a program that this run wrote is of the job's own making: copied, linked under a name, or put together by its scripts. */
import { resolve } from "node:path";

import { ancestorsOf, type Actor, hasTrait } from "./actor.ts";
import { findBringer, type Passing } from "./brought-files.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { isSystemInstall } from "./system-installs.ts";
import { INSTALLER, INTERPRETER, PACKAGE_MANAGER, RUNNER, VERSION_CONTROL } from "./traits.ts";
import type { WrittenFile } from "./written-files.ts";

/** Archives in archives. */
const MAX_STEPS = 4;
const MAX_ARGS = 64;
const OF_PUBLISHED = PACKAGE_MANAGER | VERSION_CONTROL;
const BUILDERS = new Set(["go", "cargo"]);
const BUILDS = new Set(["build", "run", "test", "b", "r", "t"]);
/** `--file=a.tar`, `-xzfa.tar` */
const ATTACHED = /^(?:--[\w-]+=|-[a-zA-Z]*f)(.+)$/s;

export function isOwnMake(file: WrittenFile, facts: Passing, steps: number = MAX_STEPS): boolean {
  for (let at: WrittenFile | undefined = file; at !== undefined; at = at.origin) {
    if (isInstalled(at, facts, steps)) return false;
  }
  return true;
}

function isInstalled(file: WrittenFile, facts: Passing, steps: number): boolean {
  const writer = file.lastWriter;
  if (isSystemInstall(writer)) return true;
  if (hasTrait(writer, INSTALLER)) {
    return hasTrait(writer, OF_PUBLISHED) ? !isBuild(writer) : isOfArchive(file, facts, steps);
  }
  if (!hasTrait(writer, INTERPRETER | RUNNER | PACKAGE_MANAGER)) return false;
  // Installers in scripts fetch what they unpack (Playwright, Puppeteer, the runner's actions), and so does a uv that this run has copied.
  return facts.connected.reachOf(writer) === "network" || isOfAction(writer);
}

/** `go install` brings what is published, `go build` what lies there. */
function isBuild({ program }: Actor): boolean {
  if (program === undefined || !BUILDERS.has(program.name)) return false;
  return program.args.some((arg, at) => at > 0 && BUILDS.has(arg));
}

/** An archive that this run made is no better than what it was made of. */
function isOfArchive(file: WrittenFile, facts: Passing, steps: number): boolean {
  const { program } = file.lastWriter;
  if (program === undefined || steps === 0) return false;
  for (const arg of program.args.slice(1, MAX_ARGS)) {
    const path = resolve(program.workingDirectory ?? "/", ATTACHED.exec(arg)?.[1] ?? arg);
    // An archive that is named by who writes it is made by that; of programs it may be the one to unpack.
    if (path === file.path && steps < MAX_STEPS) return false;
    const archive = path === file.path ? undefined : facts.files.find(path);
    if (archive === undefined) continue;
    return findBringer(archive, facts) !== undefined || !isOwnMake(archive, facts, steps - 1);
  }
  return !isFedByRun(program, facts) || findBringer(file, facts) !== undefined;
}

/** Of many a CI system all steps have a pipe as standard input. */
function isFedByRun({ stdin }: ProgramFacts, { pipes }: Passing): boolean {
  if (stdin?.type !== "pipe" || stdin.inode === undefined) return false;
  return pipes.writersOf(stdin.inode).length > 0;
}

/** The runner starts the Node.js of actions itself. */
function isOfAction(writer: Actor): boolean {
  const [parent] = ancestorsOf(writer);
  return parent !== undefined && hasTrait(parent, RUNNER);
}
