/** Where make has its recipes from, each of which it gives to a shell (make(1)). */
import type { ProgramFacts } from "./program-facts.ts";
import { type ProgramSource, toFile } from "./program-source.ts";

const MAKES = new Set(["make", "gmake", "bmake"]);
/** As getopt_long(3) takes it: as many letters as tell it from others. */
const FILE_WORD = /^--(?:f(?:i(?:le?)?)?|mak(?:e(?:f(?:i(?:le?)?)?)?)?)(?:=(.*))?$/;
/** Letters behind which a value follows, at once or as the next word. */
const VALUES = "CIoW";
/** What follows them at once is theirs. */
const OWN_REST = "jlO";
const DESCRIPTORS = /^\/(?:dev|proc\/(?:self|\d+))\/fd\//;

/** Undefined: it is not make. Of several files the one that somebody else writes meanwhile, if there is one. */
export function toMakefileSource({ name, args }: ProgramFacts): ProgramSource | undefined {
  if (!MAKES.has(name)) return undefined;
  const sources = toFiles(args).map(toFile);
  return sources.find(isFed) ?? sources[0] ?? toFile("Makefile");
}

function isFed(source: ProgramSource): boolean {
  return source.kind === "input" || (source.kind === "file" && DESCRIPTORS.test(source.path));
}

function toFiles(args: readonly string[]): string[] {
  const files: string[] = [];
  for (let at = 1; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") return files;
    const option = arg.startsWith("--") ? readWord(arg) : readLetters(arg);
    if (option === undefined) continue;
    if (option.rest === "") at += 1;
    if (option.isFile) files.push(option.rest || (args[at] ?? ""));
  }
  return files;
}

interface OptionWithValue {
  readonly isFile: boolean;
  /** Of the word; where it is empty the next one is the value. */
  readonly rest: string;
}

function readWord(arg: string): OptionWithValue | undefined {
  const found = FILE_WORD.exec(arg);
  return found === null ? undefined : { isFile: true, rest: found[1] ?? "" };
}

/** `-sf-`, `-Cfolder`. */
function readLetters(arg: string): OptionWithValue | undefined {
  if (!arg.startsWith("-")) return undefined;
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg.charAt(at);
    if (letter === "f" || VALUES.includes(letter)) {
      return { isFile: letter === "f", rest: arg.slice(at + 1) };
    }
    if (OWN_REST.includes(letter) && /^[\d.]/.test(arg.slice(at + 1))) return undefined;
  }
  return undefined;
}
