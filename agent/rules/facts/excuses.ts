/** Whether a program's name may excuse what it does: anything can be called `git` where nobody installs programs. */
import { resolve } from "node:path";

import { isOutOfPlace } from "./install-places.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";
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

/** Come with the system, or lie beside the checkout, and never in it. */
const NEVER_OF_CHECKOUT = SYSTEM_PACKAGE_MANAGER | VERSION_CONTROL | RUNNER | SSH_CLIENT;
/** They do by trade what would be flagged of others, and nothing is flagged for having them. */
const EXCUSES = NEVER_OF_CHECKOUT | BROWSER | COMPILER | FORMATTER;

type Places = Pick<RunFacts, "place">;

/** The same program; without the traits that excuse where it, or the script that gave it them, lies in no place for such. */
export function withoutFalseExcuses(program: ProgramFacts, facts: Places): ProgramFacts {
  const excuses = program.traits & EXCUSES;
  if (excuses === 0) return program;
  const path = toPath(program);
  const lost = isOutOfPlace(path, facts) ? EXCUSES : ofCheckout(path, facts);
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

function ofCheckout(path: string, { place }: Places): number {
  return path.startsWith(`${place.workspace}/`) ? NEVER_OF_CHECKOUT : 0;
}
