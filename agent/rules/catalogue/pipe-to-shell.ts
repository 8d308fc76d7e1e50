import type { Descriptor } from "../../../protocol/index.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { DECODER, DOWNLOADER, FILTER, INTERPRETER, SHELL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const READS_PROGRAMS = SHELL | INTERPRETER;
/** `curl | tee | sed | base64 -d | sh` has four; nobody writes eight. */
const MAX_STAGES = 8;

export const pipeToShell: Rule = {
  id: "pipe-to-shell",
  title: "Download piped to a shell",
  flags:
    "A shell or interpreter that reads its program from a pipe which a download tool or a decoder feeds, through any number of filters in between.",
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
    "A shell that reads data from a pipe for a program given otherwise (`curl … | python3 -m json.tool`, `… | while read`) stays quiet.",
    "Installers that are documented as `curl … | sh` are flagged: switch the rule off for a job that needs one, or keep a checked copy.",
  ],
  on: {
    exec(_seen, actor, facts) {
      if (hasTrait(actor, READS_PROGRAMS)) return readsProgramFrom(actor, facts);
      // The end that writes may be told of after the one that reads.
      if (hasTrait(actor, DOWNLOADER | DECODER | FILTER)) return feedsReader(actor, facts);
      return undefined;
    },
  },
};

function readsProgramFrom(actor: Actor, facts: RunFacts): Flagged | undefined {
  const stdin = actor.program?.stdin;
  if (stdin?.type !== "pipe" || stdin.inode === undefined || !readsItsInput(actor))
    return undefined;
  const feeder = findFeeder(actor, facts);
  return feeder && toFlagged(actor, feeder);
}

function feedsReader(actor: Actor, facts: RunFacts): Flagged | undefined {
  let at = actor;
  for (let stage = 0; stage < MAX_STAGES; stage += 1) {
    const stdout = at.program?.stdout;
    if (stdout?.type !== "pipe" || stdout.inode === undefined) return undefined;
    const reader = facts.pipes.readersOf(stdout.inode).find((other) => other !== at);
    if (reader === undefined) return undefined;
    if (hasTrait(reader, READS_PROGRAMS) && !hasTrait(reader, FILTER)) {
      const flagged = readsProgramFrom(reader, facts);
      return flagged && { ...flagged, actor: reader };
    }
    at = reader;
  }
  return undefined;
}

/** The first download tool or decoder upstream. */
function findFeeder(reader: Actor, { pipes }: RunFacts): Actor | undefined {
  let at: Actor | undefined = reader;
  for (let stage = 0; at !== undefined && stage < MAX_STAGES; stage += 1) {
    const stdin: Descriptor | undefined = at.program?.stdin;
    if (stdin?.type !== "pipe" || stdin.inode === undefined) return undefined;
    const here: Actor = at;
    const writers: Actor[] = pipes.writersOf(stdin.inode).filter((other) => other !== here);
    const feeder = writers.find((other) => hasTrait(other, DOWNLOADER | DECODER));
    if (feeder !== undefined) return feeder;
    at = writers.find((other) => hasTrait(other, FILTER));
  }
  return undefined;
}

/** With a script, a module or a text of its own (`-c`, `-e`, `-m`) what it reads is data; `-s` and `-` say that it is the program. */
function readsItsInput({ program }: Actor): boolean {
  if (program === undefined || program.script !== undefined) return false;
  for (const arg of program.args.slice(1)) {
    if (arg === "-" || arg === "-s" || arg === "/dev/stdin" || arg === "/proc/self/fd/0")
      return true;
    if (!arg.startsWith("-") && !arg.startsWith("+")) return false;
    if (/^-[a-zA-Z]*[cemp]/.test(arg) || arg.startsWith("--eval")) return false;
  }
  return true;
}

function toFlagged(actor: Actor, feeder: Actor): Flagged {
  const source = feeder.program?.args.join(" ") ?? "";
  return {
    message: `${actor.program?.name} read its program from a pipe that ${feeder.program?.name} feeds`,
    subject: source,
    evidence: { fedBy: feeder.program?.executable, fedByArgs: feeder.program?.args },
  };
}
