/** Whether a program's name may excuse what it does: anything can be called `git` where nobody installs programs, and where the job can write. */
import { dirname, resolve } from "node:path";

import { hasTrait } from "./actor.ts";
import type { Passing } from "./brought-files.ts";
import { isOutOfPlace } from "./install-places.ts";
import { isOwnMake } from "./own-make.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";
import { isSystemInstall, isSystemProgram } from "./system-installs.ts";
import {
  ACCOUNT_TOOL,
  BROWSER,
  COMPILER,
  ENGINE_TOOL,
  FORMATTER,
  INSTALLER,
  INTERPRETER,
  RUNNER,
  SANDBOX,
  SHELL,
  SSH_CLIENT,
  SYSTEM_PACKAGE_MANAGER,
  type Traits,
  VERSION_CONTROL,
} from "./traits.ts";
import type { Presence } from "./was-there.ts";
import type { WrittenFile } from "./written-files.ts";

/** Come with the system, and never lie where the job alone puts them. */
const OF_SYSTEM = SYSTEM_PACKAGE_MANAGER | VERSION_CONTROL | SSH_CLIENT;
const NEVER_OF_HOME = OF_SYSTEM | ENGINE_TOOL | ACCOUNT_TOOL;
/** The runner lies beside the checkout, and mostly in the home of the user whom it runs jobs as. */
const NEVER_OF_CHECKOUT = NEVER_OF_HOME | RUNNER;
/** Come with packages of a project as well, and lie where these do. */
const OF_PROJECT = BROWSER | COMPILER | FORMATTER | INSTALLER | SANDBOX;
/** They do by trade what would be flagged of others, and nothing is flagged for having them. */
const EXCUSES = NEVER_OF_CHECKOUT | OF_PROJECT;

interface Places extends Passing, Pick<RunFacts, "place"> {
  /** Whether a file lay there, as it is, before the run began. */
  readonly wasThere: (path: string) => Presence;
}

/** The same program; without the traits that excuse where it, or the script that gave it them, lies in no place for such. */
export function withoutFalseExcuses(program: ProgramFacts, facts: Places): ProgramFacts {
  const excuses = program.traits & EXCUSES;
  if (excuses === 0) return program;
  const path = toPath(program);
  const lost = isOutOfPlace(path, facts) ? EXCUSES : toLost({ path, traits: excuses }, facts);
  return (excuses & lost) === 0 ? program : { ...program, traits: program.traits & ~lost };
}

/** `node eslint.js`: what counts is where the script lies. */
function toPath(program: ProgramFacts): string {
  if ((program.traits & (SHELL | INTERPRETER)) === 0) return program.executable;
  const source = toProgramSource(program);
  return source.kind === "file"
    ? resolve(program.workingDirectory ?? "/", source.path)
    : program.executable;
}

interface Located {
  readonly path: string;
  readonly traits: Traits;
}

function toLost({ path, traits }: Located, places: Places): number {
  const { place, files, wasThere } = places;
  const written = files.find(path);
  const lost = written !== undefined && isOwnMake(written, places) ? OF_PROJECT : 0;
  if (isBelow(path, place.workspace))
    return NEVER_OF_CHECKOUT | toLostSandbox(path, written) | lost;
  if (hasTrait(written?.lastWriter, VERSION_CONTROL)) return NEVER_OF_CHECKOUT | SANDBOX | lost;
  if (written !== undefined) return toLostOf(written) | lost;
  // The system's package manager puts programs there while the run goes on, a runner hardly ever.
  const atStake = isSystemProgram(path) ? RUNNER : NEVER_OF_CHECKOUT;
  if ((traits & atStake) === 0) return 0;
  // What was written is forgotten where much is, and nothing tells it of files whose folder was renamed.
  const presence = wasThere(path);
  if (presence === "before") return 0;
  if (presence === "since") return atStake;
  return isBelow(path, place.home) ? NEVER_OF_HOME : 0;
}

/** Electron comes as a package; what is committed is whatever somebody proposes. */
function toLostSandbox(path: string, written: WrittenFile | undefined): number {
  const isOfPackage = path.includes("/node_modules/");
  return isOfPackage && !hasTrait(written?.lastWriter, VERSION_CONTROL) ? 0 : SANDBOX;
}

function toLostOf(written: WrittenFile): number {
  if (isSystemInstall(written.lastWriter)) return 0;
  return isUpdateOfRunner(written) ? NEVER_OF_HOME : NEVER_OF_CHECKOUT;
}

/** It puts its next version beside itself: `bin.2.330.0` beside `bin`. Actions, which it unpacks too, lie deeper. */
function isUpdateOfRunner({ path, lastWriter }: WrittenFile): boolean {
  const runner = lastWriter.program?.executable;
  if (runner === undefined || !hasTrait(lastWriter, RUNNER)) return false;
  return dirname(dirname(path)) === dirname(dirname(runner));
}

function isBelow(path: string, directory: string | undefined): boolean {
  return directory !== undefined && directory !== "/" && path.startsWith(`${directory}/`);
}
