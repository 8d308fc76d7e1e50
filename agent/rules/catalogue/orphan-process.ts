import { resolve } from "node:path";

import { DAEMON_CLASSES, DAEMON_SCRIPTS, DAEMON_TEXTS, DAEMONS } from "../data/daemons.ts";
import { hasTrait } from "../facts/actor.ts";
import type { Orphan } from "../facts/orphans.ts";
import { findEmployer } from "../facts/package-managers.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import { type ProgramSource, toProgramSource } from "../facts/program-source.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { INTERPRETER, SHELL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const STREAMS = [0, 1, 2];

export const orphanProcess: Rule = {
  id: "orphan-process",
  title: "Process that outlives its step",
  flags:
    "A process that is still there a second after the first process of its step has ended, or when the guarded command has ended, and is adopted by init.",
  why: "What goes on behind a job sees its later steps, their secrets, and on a machine that is used again the next jobs.",
  advice:
    "Look in the lineage at what started it. A server that a later step needs is better a service of the job; one that nobody needs is ended by the step that started it.",
  severity: "medium",
  response: "report",
  techniques: ["T1564"],
  references: [
    {
      title: "MITRE ATT&CK T1564, Hide Artifacts",
      url: "https://attack.mitre.org/techniques/T1564/",
    },
    {
      title: "daemon(7): what a process does to be adopted",
      url: "https://man7.org/linux/man-pages/man7/daemon.7.html",
    },
  ],
  honest: [
    "Programs that end within a second or so after their step stay quiet.",
    "Known servers of build tools (Gradle, Bazel, sccache, ssh-agent, Docker, databases, browsers' crash handlers, Python's multiprocessing), and what a step's own script left in the background without detaching it (`npm start &`), are told as low.",
  ],
  on: {},
  review: (facts) =>
    facts.orphans.ripe
      .map((orphan) => toFlagged(orphan, facts))
      .filter((flagged) => flagged !== undefined),
};

function toFlagged(orphan: Orphan, facts: RunFacts): Flagged | undefined {
  const { actor, root } = orphan;
  const { program } = actor;
  // Word of its end may be under way.
  const lives = STREAMS.some((number) => facts.live.descriptor(actor.ref.pid, number));
  if (program === undefined || !lives) return undefined;
  const isGrave = isOfThisRun(program, facts) || (!isDaemon(program) && isHidden(orphan));
  const of = actor.step === undefined ? "command" : "step";
  return {
    actor,
    message: `${program.name} goes on after its ${of} has ended`,
    subject: program.args.join(" "),
    evidence: { endedBefore: root.id, detached: orphan.isDetached },
    ...(!isGrave && { severity: "low" }),
  };
}

/** More than a program that the step's own script left in the background. */
function isHidden({ actor, isDetached }: Orphan): boolean {
  const { program } = actor;
  if (isDetached || program === undefined || program.image !== "file") return true;
  if (hasTrait(actor, SHELL | INTERPRETER) && toProgramSource(program).kind !== "file") return true;
  return findEmployer(actor)?.installs === true;
}

/** Its own program, or the script that it runs, was made in this run, in a temporary place. */
function isOfThisRun(program: ProgramFacts, { files }: RunFacts): boolean {
  const source: ProgramSource = toProgramSource(program);
  const paths =
    source.kind === "file" && (program.traits & (SHELL | INTERPRETER)) !== 0
      ? [program.executable, resolve(program.workingDirectory ?? "/", source.path)]
      : [program.executable];
  return paths.some((path) => files.find(path)?.isNew === true && isTemporary(path, program));
}

/** A project may lie in a temporary folder itself. */
function isTemporary(path: string, { workingDirectory }: ProgramFacts): boolean {
  const isShared = ["/tmp/", "/var/tmp/", "/dev/shm/"].some((folder) => path.startsWith(folder));
  return isShared && !path.startsWith(`${workingDirectory ?? ""}/`);
}

function isDaemon(program: ProgramFacts): boolean {
  const { name, args } = program;
  if (DAEMONS.has(name)) return true;
  if (name === "java") return args.some((arg) => DAEMON_CLASSES.has(arg));
  const source = toProgramSource(program);
  if (source.kind === "text") return DAEMON_TEXTS.some((text) => text.test(source.text));
  return args.slice(1, 4).some((arg) => DAEMON_SCRIPTS.some((script) => arg.endsWith(script)));
}
