import { resolve } from "node:path";

import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import { findShell } from "../facts/fetches.ts";
import { toMakefileSource } from "../facts/makefile-source.ts";
import { findPeer } from "../facts/network-streams.ts";
import { feedersOf, takersOf, toPipe } from "../facts/plumbing.ts";
import { type ProgramSource, toProgramSource } from "../facts/program-source.ts";
import { readProgramText } from "../facts/program-text.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { runsOutputOf } from "../facts/shell-text.ts";
import {
  DECODER,
  DOWNLOADER,
  INTERPRETER,
  PACKAGE_MANAGER,
  RELAY,
  SHELL,
  SSH_CLIENT,
  VERSION_CONTROL,
} from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const READS_PROGRAMS = SHELL | INTERPRETER;
const FETCHES = DOWNLOADER | DECODER | RELAY;
/** Their connections are their own business, and what they print is made here. */
const SPEAKS_FOR_ITSELF = PACKAGE_MANAGER | VERSION_CONTROL | SSH_CLIENT;
/** They run a program with what they were given themselves, by a pipe of their own. */
const WRAPPERS = new Set(["sudo", "doas", "su", "runuser", "script", "unbuffer"]);
/** They make command lines of what they read. */
const BUILDERS = new Set(["xargs", "parallel"]);
const DESCRIPTOR_FILE = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/(\d+)$/;
const PIPE_LINK = /^pipe:\[(\d+)\]$/;
/** Of a program given as text. */
const DECODES =
  /b64decode|base64|fromhex|unhexlify|a85decode|decompress|\batob\s*\(|pack\s*\(\s*['"]H/i;

export const pipeToShell: Rule = {
  id: "pipe-to-shell",
  title: "Download piped to a shell",
  flags:
    'A shell or interpreter whose program comes straight from a download tool, a decoder or a connection, and a makefile that does: by a pipe through any number of programs in between, a named pipe, `bash <(curl …)`, `bash -c "$(curl …)"`, `eval`, `source`, a here-string, xargs.',
  why: "Whoever controls the address, or the text that was decoded, runs any program in the job, and nothing of it is left on disk to look at.",
  advice:
    "Look at what the address gives, and whether the step is meant to run it. Download to a file, check its checksum, then run it; or use a package.",
  severity: "high",
  response: "report",
  techniques: ["T1105", "T1027"],
  references: [
    {
      title: "MITRE ATT&CK T1105, Ingress Tool Transfer",
      url: "https://attack.mitre.org/techniques/T1105/",
    },
  ],
  honest: [
    "A shell that reads data from a pipe for a program given otherwise (`curl … | python3 -m json.tool`, `… | while read`), and output that a script only looks at (`VERSION=$(curl …)`), stay quiet.",
    "Installers that are documented as `curl … | sh` are flagged: switch the rule off for a job that needs one, or keep a checked copy.",
  ],
  on: {
    exec(_seen, actor, facts) {
      const flagged = ofReader(actor, facts);
      if (flagged !== undefined) return flagged;
      // The end that writes may be told of after the one that reads.
      const fed = toReader(actor, facts);
      return fed === undefined && hasTrait(actor, FETCHES) ? ofOutput(actor, facts) : fed;
    },
    connect({ address }, actor, facts) {
      return address.transport === "tcp" ? toReader(actor, facts) : undefined;
    },
  },
};

/** A shell or interpreter was started: where its program comes from. */
function ofReader(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  const source = sourceOf(actor);
  if (program === undefined || source === undefined) return undefined;
  if (source.kind === "input") return ofInput(actor, facts);
  if (source.kind === "text") return ofText(actor, source.text, facts);
  const number = DESCRIPTOR_FILE.exec(source.path)?.[1];
  if (number !== undefined) return ofDescriptor(actor, Number(number), facts);
  return ofNamedPipe(actor, resolve(program.workingDirectory ?? "/", source.path), facts);
}

/** Undefined: it runs nothing that it reads. */
function sourceOf(actor: Actor): ProgramSource | undefined {
  const { program } = actor;
  if (program === undefined) return undefined;
  return hasTrait(actor, READS_PROGRAMS) ? toProgramSource(program) : toMakefileSource(program);
}

function ofInput(actor: Actor, facts: RunFacts): Flagged | undefined {
  for (const one of [actor, ...wrappersOf(actor)]) {
    const { stdin } = one.program ?? {};
    if (stdin?.type === "pipe") {
      for (const feeder of feedersOf(one, facts)) {
        if (isFetching(feeder, facts)) return toFlagged(actor, feeder);
      }
    }
    if (stdin?.type === "socket" && findPeer(stdin, one, facts) !== undefined) {
      return toFlagged(actor, one);
    }
  }
  return undefined;
}

function* wrappersOf(actor: Actor): Generator<Actor, void, undefined> {
  for (const one of ancestorsOf(actor)) {
    if (!WRAPPERS.has(one.program?.name ?? "")) return;
    yield one;
  }
}

function isFetching(actor: Actor, facts: RunFacts): boolean {
  if (hasTrait(actor, FETCHES)) return true;
  if (hasTrait(actor, SPEAKS_FOR_ITSELF) || actor.program === undefined) return false;
  if (facts.connections.hasBegunAny(actor) || readsConnection(actor, facts)) return true;
  if (!hasTrait(actor, INTERPRETER)) return false;
  const source = toProgramSource(actor.program);
  return source.kind === "text" && DECODES.test(source.text);
}

/** `cat <&3`, of a shell that opened it by /dev/tcp. */
function readsConnection(actor: Actor, facts: RunFacts): boolean {
  if (actor.program?.stdin?.type !== "socket") return false;
  const shell = findShell(actor);
  if (shell !== undefined && facts.connections.hasBegunAny(shell)) return true;
  return findPeer(actor.program.stdin, actor, facts) !== undefined;
}

/** Who reads what it writes. */
function toReader(actor: Actor, facts: RunFacts): Flagged | undefined {
  if (facts.pipes.readersOf(toPipe(actor.program?.stdout)).length === 0) return undefined;
  for (const reader of takersOf(actor, facts)) {
    if (sourceOf(reader)?.kind !== "input") continue;
    const flagged = ofInput(reader, facts);
    if (flagged !== undefined) return { ...flagged, actor: reader };
  }
  return undefined;
}

/** xargs gives what it reads as a program; a script's first line is no part of a command line that somebody wrote. */
function ofText(actor: Actor, text: string, facts: RunFacts): Flagged | undefined {
  const { parent } = actor;
  if (parent !== undefined && BUILDERS.has(parent.program?.name ?? "")) {
    if (parent.program?.args.includes(text) === true) return undefined;
    const flagged = ofInput(parent, facts);
    return flagged && { ...flagged, actor };
  }
  if (!text.startsWith("#!")) return undefined;
  const shell = findShell(actor);
  const fetch = shell && facts.fetches.of(shell).at(-1);
  if (fetch !== undefined) return toFlagged(actor, fetch);
  return parent !== undefined && facts.connections.hasBegunAny(parent)
    ? toFlagged(actor, parent)
    : undefined;
}

/** `bash <(curl …)`. */
function ofDescriptor(actor: Actor, number: number, facts: RunFacts): Flagged | undefined {
  const inode = PIPE_LINK.exec(facts.live.descriptor(actor.ref.pid, number) ?? "")?.[1];
  const writers = inode === undefined ? [] : facts.pipes.writersOf(Number(inode));
  for (const writer of writers) {
    for (const one of [writer, ...feedersOf(writer, facts)]) {
      if (isFetching(one, facts)) return toFlagged(actor, one);
    }
  }
  return undefined;
}

/** `curl … > pipe & sh pipe`: somebody writes to it at the same time. */
function ofNamedPipe(actor: Actor, path: string, facts: RunFacts): Flagged | undefined {
  const shell = findShell(actor);
  if (shell === undefined) return undefined;
  for (const fetch of facts.fetches.of(shell)) {
    if (fetch.endedAt === undefined && writesTo(fetch, path, facts)) return toFlagged(actor, fetch);
  }
  return undefined;
}

function writesTo({ ref, program }: Actor, path: string, facts: RunFacts): boolean {
  const folder = program?.workingDirectory ?? "/";
  if (program?.stdout?.type === "pipe" && facts.live.descriptor(ref.pid, 1) === path) return true;
  return program?.args.some((arg) => arg !== "" && resolve(folder, arg) === path) ?? false;
}

/** Nobody was started to read its output: a shell takes it into itself. Whether it runs it, its script says. */
function ofOutput(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  if (program?.stdout?.type !== "pipe") return undefined;
  const shell = findShell(actor);
  const text = shell && readProgramText(shell, facts);
  if (shell === undefined || text === undefined) return undefined;
  if (!runsOutputOf(text, program.name)) return undefined;
  return { ...toFlagged(shell, actor), actor: shell };
}

function toFlagged(reader: Actor, source: Actor): Flagged {
  const { program } = source;
  const from = source === reader ? "a connection" : (program?.name ?? "a program");
  return {
    message: `${reader.program?.name} got its program straight from ${from}`,
    subject: program?.args.join(" ") ?? "",
    evidence: { fedBy: program?.executable, fedByArgs: program?.args },
  };
}
