import { basename } from "node:path";

import {
  AUTONOMY_GRANTS,
  AUTONOMY_OPTIONS,
  AUTONOMY_OPTIONS_OF,
  AUTONOMY_VALUES,
} from "../data/ai-autonomy-options.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { findEmployer } from "../facts/package-managers.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import { AI_CLIENT, INTERPRETER } from "../facts/traits.ts";
import type { Rule } from "../rule.ts";

const DASH = 0x2d;
/** `--yolo=true` */
const SAYS_YES = /=(?:true|1|yes)$/i;
/** What is neither of these nor of no known kind is no language model's client under another name. */
const MAY_BE_CLIENT = AI_CLIENT | INTERPRETER;

export const aiCliUnattended: Rule = {
  id: "ai-cli-unattended",
  title: "AI client without permission checks",
  flags:
    "Under a package manager: a command-line client of a language model that is told to ask nobody before it reads, writes and runs (`--dangerously-skip-permissions`, `--yolo`, `--trust-all-tools` and the like), by whatever name it is called.",
  why: "A package that finds such a client has it search the machine for credentials, by a prompt that no scanner of code recognises.",
  advice:
    "Look at the prompt among the arguments, and find the package in the lineage's working directories. Treat what the client could read as taken.",
  severity: "high",
  response: "report",
  techniques: ["T1059"],
  references: [
    {
      title: "Nx: s1ngularity, the supply chain attack of August 2025",
      url: "https://nx.dev/blog/s1ngularity-postmortem",
    },
    {
      title: "MITRE ATT&CK T1059, Command and Scripting Interpreter",
      url: "https://attack.mitre.org/techniques/T1059/",
    },
  ],
  honest: [
    "A step that starts such a client by itself stays quiet, and so do clients that ask.",
    "One that a script of the project's own starts (`npm run review`) is told as low.",
  ],
  on: {
    exec(_seen, actor) {
      const { program } = actor;
      if (program === undefined) return undefined;
      if (program.traits !== 0 && !hasTrait(actor, MAY_BE_CLIENT)) return undefined;
      const option = findOption(program, actor);
      if (option === undefined) return undefined;
      const employer = findEmployer(actor);
      if (employer === undefined) return undefined;
      return {
        message: `${program.name} was started under ${employer.name} with ${option}`,
        subject: `${program.name} ${option} under ${employer.name}`,
        ...(!employer.installs && { severity: "low" }),
      };
    },
  },
};

function findOption({ args, name, script }: ProgramFacts, actor: Actor): string | undefined {
  for (let at = 1; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg.charCodeAt(0) !== DASH) continue;
    if (AUTONOMY_OPTIONS.has(arg.replace(SAYS_YES, ""))) return arg;
    const { option, value } = readOption(arg, args[at + 1] ?? "");
    const isGranted =
      AUTONOMY_VALUES.get(option)?.has(value) ??
      AUTONOMY_GRANTS.get(option)?.test(withoutEscapes(value));
    if (isGranted) return `${option} ${value}`;
  }
  if (!hasTrait(actor, AI_CLIENT)) return undefined;
  const called = script ?? args.slice(1).find((arg) => arg.charCodeAt(0) !== DASH) ?? "";
  const own = AUTONOMY_OPTIONS_OF.get(name) ?? AUTONOMY_OPTIONS_OF.get(basename(called));
  return args.find((arg) => own?.has(arg));
}

/** `--sandbox x`, `--sandbox=x`, `-s x`, `-s=x` and `-sx` are the same. */
function readOption(arg: string, next: string): { option: string; value: string } {
  const isShort = arg.charCodeAt(1) !== DASH;
  const end = isShort ? 2 : arg.indexOf("=");
  if (end === -1 || arg.length <= end) return { option: arg, value: next };
  const from = arg[end] === "=" ? end + 1 : end;
  return { option: arg.slice(0, end), value: arg.slice(from) };
}

/** JSON and TOML write any letter as its number as well. */
function withoutEscapes(value: string): string {
  return value.replaceAll(/\\(?:u|U0000)([0-9a-f]{4})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
