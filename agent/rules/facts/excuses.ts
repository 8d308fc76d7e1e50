/** Whether a program's name may excuse what it does: anything can be called `git` where nobody installs programs, and where the job can write. */
import { resolve } from "node:path";

import { isOutOfPlace } from "./install-places.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";
import { isSystemInstall } from "./system-installs.ts";
import {
  BROWSER,
  COMPILER,
  FORMATTER,
  INTERPRETER,
  RUNNER,
  SHELL,
  SSH_CLIENT,
  SYSTEM_PACKAGE_MANAGER,
  VERSION_CONTROL,
} from "./traits.ts";

/** Come with the system, and never lie where the job alone puts them. */
const OF_SYSTEM = SYSTEM_PACKAGE_MANAGER | VERSION_CONTROL | SSH_CLIENT;
/** The runner lies beside the checkout, and mostly in the home of the user whom it runs jobs as. */
const NEVER_OF_CHECKOUT = OF_SYSTEM | RUNNER;
/** They do by trade what would be flagged of others, and nothing is flagged for having them. */
const EXCUSES = NEVER_OF_CHECKOUT | BROWSER | COMPILER | FORMATTER;

type Places = Pick<RunFacts, "place" | "files">;

/** The same program; without the traits that excuse where it, or the script that gave it them, lies in no place for such. */
export function withoutFalseExcuses(program: ProgramFacts, facts: Places): ProgramFacts {
  const excuses = program.traits & EXCUSES;
  if (excuses === 0) return program;
  const path = toPath(program);
  const lost = isOutOfPlace(path, facts) ? EXCUSES : toLost(path, facts);
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

function toLost(path: string, { place, files }: Places): number {
  if (isBelow(path, place.workspace)) return NEVER_OF_CHECKOUT;
  // By what earlier jobs of this user may have written too.
  if (isBelow(path, place.home)) return OF_SYSTEM;
  const written = files.find(path);
  return written === undefined || isSystemInstall(written.lastWriter) ? 0 : NEVER_OF_CHECKOUT;
}

function isBelow(path: string, directory: string | undefined): boolean {
  return directory !== undefined && directory !== "/" && path.startsWith(`${directory}/`);
}
