/** Which package manager a process works for, and whether that runs what packages bring or the project's own scripts. */
import {
  BUILDING_MANAGERS,
  INSTALLING_COMMANDS,
  RUNNING_COMMANDS,
} from "../data/package-manager-commands.ts";
import { type Actor, ancestorsOf, hasTrait } from "./actor.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { INTERPRETER, PACKAGE_MANAGER, SHELL } from "./traits.ts";

export interface Employer {
  /** The nearest one that installs; where none does, the nearest. */
  readonly manager: Actor;
  /** As it is called: `npm` of `node npm-cli.js`. */
  readonly name: string;
  /** It installs or builds packages. Else it runs a script of the project's (`npm run`, `go test`). */
  readonly installs: boolean;
}

/** The command stands before its arguments. */
const MAX_WORDS = 8;

export function findEmployer(actor: Actor): Employer | undefined {
  let nearest: Actor | undefined;
  for (const one of ancestorsOf(actor)) {
    if (!hasTrait(one, PACKAGE_MANAGER) || one.program === undefined) continue;
    if (isInstalling(one.program)) return toEmployer(one, true);
    nearest ??= one;
  }
  return nearest && toEmployer(nearest, false);
}

function isInstalling({ name, args, script }: ProgramFacts): boolean {
  const words = args.slice(1, MAX_WORDS).filter((arg) => !arg.startsWith("-"));
  const command = words.find((word) => INSTALLING_COMMANDS.has(word) || RUNNING_COMMANDS.has(word));
  if (command !== undefined) return INSTALLING_COMMANDS.has(command);
  if (BUILDING_MANAGERS.has(name)) return true;
  // `yarn` alone installs.
  const called = [script, ...words].filter((word) => word !== undefined);
  return called.some((word) => toName(word) === "yarn") && words.length <= 1;
}

function toEmployer(manager: Actor, installs: boolean): Employer {
  return { manager, name: nameOf(manager.program), installs };
}

function nameOf(program: ProgramFacts | undefined): string {
  if (program === undefined) return "a package manager";
  const { name, args, script, traits } = program;
  if (name === "java") return args.some((arg) => arg.includes("gradle")) ? "gradle" : "maven";
  const called = script ?? args.slice(1).find((arg) => !arg.startsWith("-"));
  const isInterpreter = (traits & (SHELL | INTERPRETER)) !== 0 && name !== "bun";
  return isInterpreter && called !== undefined ? toName(called) : name;
}

/** `npm` of `/usr/lib/node_modules/npm/bin/npm-cli.js`, `yarn` of `yarn-4.1.0.cjs`. */
function toName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  return /^[a-z]+/i.exec(base)?.[0] ?? base;
}
