import { resolve } from "node:path";

import { type Actor, hasTrait } from "../facts/actor.ts";
import { findBringer } from "../facts/brought-files.ts";
import { isDynamicLoader } from "../facts/dynamic-loader.ts";
import { isOutOfPlace } from "../facts/install-places.ts";
import { nameOf } from "../facts/naming.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import { toProgramSource } from "../facts/program-source.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { INTERPRETER, SHELL } from "../facts/traits.ts";
import { isInTemporaryPlace } from "../facts/unproven.ts";
import type { WrittenFile } from "../facts/written-files.ts";
import type { Flagged, Rule } from "../rule.ts";

const READS_PROGRAMS = SHELL | INTERPRETER;
/** A file that runs before the program: of node, of bash, of ruby and of lua. */
const RUN_FIRST = new Set(["--require", "-r", "--import", "--loader", "--rcfile", "--init-file"]);

export const droppedExecutable: Rule = {
  id: "dropped-executable",
  title: "Downloaded program run",
  flags:
    "A program or script that was downloaded or decoded in this run, then run from a temporary directory or a hidden one that no installer uses; also after it was renamed, copied, linked or unpacked.",
  why: "It is how the second stage of an attack comes: fetched, put where nobody looks, run, and deleted.",
  advice:
    "Look at what fetched it and from where, and at what it did. A tool that a job needs is installed to a place of its own after its checksum was compared.",
  severity: "medium",
  response: "report",
  techniques: ["T1105"],
  references: [
    {
      title: "MITRE ATT&CK T1105, Ingress Tool Transfer",
      url: "https://attack.mitre.org/techniques/T1105/",
    },
  ],
  honest: [
    "What package managers, compilers, version control and browsers write stays quiet, and so does what lies where installers put programs (~/.cargo, ~/.local/bin, .venv, tool caches) or in the checkout.",
    "An installer that is downloaded to /tmp and run there (rustup-init) is flagged, since it can be anything: download it to the checkout and compare its checksum.",
    "A file from a program that spoke to its own machine alone, such as the tests of a server, is told as low.",
  ],
  on: {
    exec(_seen, actor, facts) {
      const { program } = actor;
      if (program === undefined) return undefined;
      return ofFile(facts.files.find(program.executable), facts) ?? ofGiven(program, actor, facts);
    },
  },
};

/** What an interpreter or the dynamic loader was given to run. */
function ofGiven(program: ProgramFacts, actor: Actor, facts: RunFacts): Flagged | undefined {
  for (const path of toGiven(program, actor, facts)) {
    const file = facts.files.find(resolve(program.workingDirectory ?? "/", path));
    const flagged = ofFile(file, facts);
    if (flagged !== undefined) return flagged;
  }
  return undefined;
}

function* toGiven(
  program: ProgramFacts,
  actor: Actor,
  { live }: RunFacts,
): Generator<string, void, undefined> {
  const { executable, args, stdin } = program;
  if (hasTrait(actor, READS_PROGRAMS)) {
    const source = toProgramSource(program);
    if (source.kind === "file") yield source.path;
    if (source.kind === "input" && stdin?.type === "file") {
      yield live.descriptor(actor.ref.pid, 0) ?? "";
    }
    for (const [at, arg] of args.entries()) {
      const [option = "", value] = arg.split("=", 2);
      if (RUN_FIRST.has(option)) yield value ?? args[at + 1] ?? "";
    }
  } else if (isDynamicLoader(executable)) {
    yield args.find((arg, at) => at > 0 && !arg.startsWith("-")) ?? "";
  }
}

function ofFile(file: WrittenFile | undefined, facts: RunFacts): Flagged | undefined {
  if (file === undefined) return undefined;
  const { path } = file;
  const isAway = isOutOfPlace(path, facts);
  if (!isAway && !isInTemporaryPlace(path)) return undefined;
  const bringer = findBringer(file, facts);
  if (bringer === undefined) return undefined;
  return {
    message: `${path} was run after ${nameOf(bringer.actor)} had brought it`,
    subject: path,
    evidence: {
      path,
      broughtBy: bringer.actor.program?.executable,
      broughtByArgs: bringer.actor.program?.args.slice(0, 64),
    },
    // A checkout that lies in a temporary directory itself.
    ...((!isAway || !bringer.isSure) && { severity: "low" }),
  };
}
