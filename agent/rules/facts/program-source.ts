/** Where a shell or interpreter has its program from, by its command line. */
import { SHELLS } from "../data/command-readers.ts";
import type { ProgramFacts } from "./program-facts.ts";

export type ProgramSource =
  | { readonly kind: "input" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string };

/** Letters of options, as in `-c`, and words, as in `--eval`. */
interface Grammar {
  /** The program follows. */
  readonly text: string;
  /** Something that is no program follows. */
  readonly values: string;
  /** The rest of the word is a value: `-Mstrict`. */
  readonly attached?: string;
  /** A program of that name follows: `-m`, `-f`. */
  readonly files?: string;
  readonly longText?: ReadonlySet<string>;
  readonly longValues?: ReadonlySet<string>;
  /** Words before the program's name: `deno run`. */
  readonly commands?: ReadonlySet<string>;
  /** The program is the first word that is no option: `awk '{…}'`. */
  readonly isTextFirst?: true;
}

const SHELL: Grammar = {
  text: "c",
  values: "oO",
  longText: new Set(["--command"]),
  longValues: new Set(["--rcfile", "--init-file", "--init-command"]),
};
const AWK: Grammar = { text: "", values: "Fv", files: "f", isTextFirst: true };
const NODE: Grammar = {
  text: "ep",
  values: "rC",
  longText: new Set(["--eval", "--print"]),
  longValues: new Set([
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "--conditions",
    "--input-type",
  ]),
  commands: new Set(["run", "repl", "exec"]),
};
const OTHER: Grammar = { text: "ceE", values: "" };

/** From the manual of each. */
const GRAMMARS: ReadonlyMap<string, Grammar> = new Map<string, Grammar>([
  ["python", { text: "c", values: "WXQ", files: "m" }],
  ["pypy", { text: "c", values: "WX", files: "m" }],
  ["perl", { text: "eE", values: "I", attached: "MmxFCDdiV" }],
  ["ruby", { text: "e", values: "rICEFT" }],
  ["php", { text: "rBRE", values: "dcz", files: "fF" }],
  ["lua", { text: "e", values: "l" }],
  ["luajit", { text: "e", values: "ljb" }],
  ["node", NODE],
  ["nodejs", NODE],
  ["bun", NODE],
  ["deno", NODE],
  ["awk", AWK],
  ["gawk", AWK],
  ["mawk", AWK],
  ["nawk", AWK],
  ...[...SHELLS.split(" "), "busybox"].map((name): [string, Grammar] => [name, SHELL]),
]);

const INPUT: ProgramSource = { kind: "input" };
const INPUT_FILES = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

export function toProgramSource({ name, args, script }: ProgramFacts): ProgramSource {
  if (script !== undefined) return toFile(script);
  const grammar = GRAMMARS.get(name) ?? OTHER;
  const isShell = grammar === SHELL;
  // `busybox sh …` is `sh …`.
  let at = name === "busybox" && args[0]?.endsWith("busybox") === true ? 2 : 1;
  let textFollows = false;
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--" || (isShell && arg === "-")) {
      at += 1;
      break;
    }
    if (arg === "-" || !isOption(arg)) {
      if (grammar.commands?.has(arg)) continue;
      break;
    }
    const option = arg.startsWith("--")
      ? readWord(arg, args[at + 1], grammar)
      : readLetters(arg, args[at + 1], grammar);
    if (typeof option === "object" && !isShell) return option;
    if (typeof option === "object") textFollows = true;
    if (option === "takes-next") at += 1;
    if (isShell && !textFollows && /^-[a-z]*s/.test(arg)) return INPUT;
  }
  if (textFollows || grammar.isTextFirst) return { kind: "text", text: args[at] ?? "" };
  return toOperand(args[at]);
}

type Option = ProgramSource | "takes-next" | "stands-alone";

function readWord(arg: string, next: string | undefined, grammar: Grammar): Option {
  const equals = arg.indexOf("=");
  const word = equals === -1 ? arg : arg.slice(0, equals);
  if (grammar.longText?.has(word)) {
    return { kind: "text", text: equals === -1 ? (next ?? "") : arg.slice(equals + 1) };
  }
  return equals === -1 && grammar.longValues?.has(word) ? "takes-next" : "stands-alone";
}

function readLetters(arg: string, next: string | undefined, grammar: Grammar): Option {
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg.charAt(at);
    const rest = arg.slice(at + 1);
    if (grammar.text.includes(letter)) {
      // `-pe TEXT` and `-cTEXT`.
      return { kind: "text", text: rest.length > 1 ? rest : (next ?? "") };
    }
    if (grammar.files?.includes(letter)) return toFile(rest === "" ? (next ?? "") : rest);
    if (grammar.values.includes(letter)) return rest === "" ? "takes-next" : "stands-alone";
    if (grammar.attached?.includes(letter)) return "stands-alone";
  }
  return "stands-alone";
}

function isOption(arg: string): boolean {
  return arg.startsWith("-") || arg.startsWith("+");
}

function toOperand(operand: string | undefined): ProgramSource {
  return operand === undefined ? INPUT : toFile(operand);
}

/** `-` and its like are the standard input. */
export function toFile(path: string): ProgramSource {
  return INPUT_FILES.has(path) ? INPUT : { kind: "file", path };
}
