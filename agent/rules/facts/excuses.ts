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

interface Places extends Pick<RunFacts, "place" | "files"> {
  /** Whether a file lay there, as it is, before the run began. */
  readonly wasThere: (path: string) => boolean;
}

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

function toLost(path: string, { place, files, wasThere }: Places): number {
  if (isBelow(path, place.workspace)) return NEVER_OF_CHECKOUT;
  const written = files.find(path);
  if (written !== undefined && !isSystemInstall(written.lastWriter)) return NEVER_OF_CHECKOUT;
  // Conda and its like have git and ssh of their own there. Whoever may write there may also rename a folder, which tells nothing of its files.
  return isBelow(path, place.home) && !wasThere(path) ? OF_SYSTEM : 0;
}

function isBelow(path: string, directory: string | undefined): boolean {
  return directory !== undefined && directory !== "/" && path.startsWith(`${directory}/`);
}
