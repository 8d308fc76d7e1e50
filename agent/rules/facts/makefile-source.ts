/** Where make has its recipes from, each of which it gives to a shell (make(1)). */
import type { ProgramFacts } from "./program-facts.ts";
import { type ProgramSource, toFile } from "./program-source.ts";

const MAKES = new Set(["make", "gmake", "bmake"]);
const FILE_LETTER = /^-[A-Za-z]*?f(.*)$/;
const FILE_WORD = /^--(?:make)?file(?:=(.*))?$/;

/** Undefined: it is not make. */
export function toMakefileSource({ name, args }: ProgramFacts): ProgramSource | undefined {
  if (!MAKES.has(name)) return undefined;
  for (const [at, arg] of args.entries()) {
    const found = FILE_WORD.exec(arg) ?? (arg.startsWith("--") ? null : FILE_LETTER.exec(arg));
    if (found !== null) return toFile(found[1] || (args[at + 1] ?? ""));
  }
  return toFile("Makefile");
}
