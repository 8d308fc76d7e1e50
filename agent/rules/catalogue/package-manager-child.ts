import { resolve } from "node:path";

import { type Actor, hasTrait } from "../facts/actor.ts";
import { type Employer, findEmployer } from "../facts/package-managers.ts";
import { toProgramSource } from "../facts/program-source.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import {
  COMPILER,
  DECODER,
  DOWNLOADER,
  FORMATTER,
  INTERPRETER,
  PACKAGE_MANAGER,
  RELAY,
  SHELL,
} from "../facts/traits.ts";
import type { WrittenFile } from "../facts/written-files.ts";
import type { Flagged, Rule } from "../rule.ts";

const FETCHES = DOWNLOADER | RELAY;
const READS_PROGRAMS = SHELL | INTERPRETER;
const BRINGS_PROGRAMS = PACKAGE_MANAGER | COMPILER | FORMATTER;
const TEMPORARY = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/"];
/** What a program given as text does with the network, or with what it hides: asking for a version looks like none of these. */
const TELLING =
  /urlopen|urlretrieve|requests\.(?:get|post|put|request|Session)|http\.client|HTTPS?Connection|socket\.(?:socket|create_connection)|b64decode|unhexlify|fromhex|marshal\.loads|require\(\s*['"`](?:node:)?(?:https?|http2|net|tls|dgram|dns)['"`]|\bfetch\s*\(|['"`]base64['"`]|\batob\s*\(|IO::Socket|LWP::|HTTP::Tiny|MIME::Base64|Net::HTTP|open-uri|TCPSocket|Base64\.decode|fsockopen|stream_socket_client|curl_init|base64_decode|file_get_contents\(\s*['"]https?:/i;

export const packageManagerChild: Rule = {
  id: "package-manager-child",
  title: "Download under a package manager",
  flags:
    "Under npm, yarn, pnpm, bun, pip, uv, poetry, cargo, go, gem, composer, Maven or Gradle, through any number of shells: curl, wget, nc and the like, a program given as text (`python -c`, `node -e`) that speaks to the network or unpacks hidden text, a shell that connects by itself, a program that was downloaded, dropped or copied in this run.",
  why: "An install script of a dependency runs with all that the job may do. Most attacks on package registries fetch their second stage this way.",
  advice:
    "Find the package in the lineage's working directories, compare its version with the lock file and its release notes, and install with scripts switched off (`--ignore-scripts`) where nothing needs them.",
  severity: "medium",
  response: "report",
  techniques: ["T1195.002"],
  references: [
    {
      title: "MITRE ATT&CK T1195.002, Compromise Software Supply Chain",
      url: "https://attack.mitre.org/techniques/T1195/002/",
    },
    {
      title: "npm: scripts, and what runs when",
      url: "https://docs.npmjs.com/cli/v11/using-npm/scripts",
    },
  ],
  honest: [
    "Compilers, build tools and installers that download by themselves (node-gyp, prebuild-install, Playwright), and texts that ask for a version stay quiet.",
    "What the project's own scripts start (`npm run`, `npm test`, `go test`, `poetry run`) is told as low.",
    "A dependency that has curl fetch its binary is flagged: set the rule's severity to low for a job that needs one.",
  ],
  on: {
    exec(_seen, actor, facts) {
      if (hasTrait(actor, FETCHES)) return ofFetcher(actor);
      if (hasTrait(actor, READS_PROGRAMS)) return ofInterpreter(actor, facts);
      const file = facts.files.find(actor.program?.executable ?? "");
      return file && ofBrought(actor, file, facts);
    },
    connect({ address }, actor, facts) {
      if (address.transport !== "tcp" && address.transport !== "udp") return undefined;
      return ofConnecting(actor, facts);
    },
  },
};

function ofFetcher(actor: Actor): Flagged | undefined {
  const employer = findEmployer(actor);
  return (
    employer && toFlagged(actor, employer, `${nameOf(actor)} was started under ${employer.name}`)
  );
}

function ofInterpreter(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  if (program === undefined || hasTrait(actor, BRINGS_PROGRAMS)) return undefined;
  const source = toProgramSource(program);
  if (source.kind === "file") {
    const path = resolve(program.workingDirectory ?? "/", source.path);
    const file = facts.files.find(path);
    return file && ofBrought(actor, file, facts);
  }
  if (source.kind !== "text" || !hasTrait(actor, INTERPRETER) || !TELLING.test(source.text)) {
    return undefined;
  }
  const employer = findEmployer(actor);
  if (employer === undefined) return undefined;
  const deed = `${nameOf(actor)} was given a program on its command line under ${employer.name}`;
  return toFlagged(actor, employer, deed);
}

/** A file of this run is executed: from a download tool or a decoder, or from a script into a temporary folder. */
function ofBrought(actor: Actor, file: WrittenFile, facts: RunFacts): Flagged | undefined {
  const { firstWriter, lastWriter, origin, path } = file;
  const writers = [firstWriter, lastWriter, ...(origin ? [origin.firstWriter] : [])];
  const fetcher = writers.find((one) => hasTrait(one, FETCHES | DECODER));
  const isByScript =
    !writers.some((one) => hasTrait(one, BRINGS_PROGRAMS)) &&
    writers.some((one) => hasTrait(one, READS_PROGRAMS));
  if (fetcher === undefined && !isByScript) return undefined;
  const employer = findEmployer(actor);
  if (employer === undefined) return undefined;
  if (fetcher === undefined && !isTemporary(path, employer, facts)) return undefined;
  const writer = nameOf(fetcher ?? lastWriter);
  return toFlagged(
    actor,
    employer,
    `${path} was run under ${employer.name} after ${writer} had made it`,
  );
}

/** A project may lie in a temporary folder itself. */
function isTemporary(path: string, { manager }: Employer, { place }: RunFacts): boolean {
  const own = manager.program?.workingDirectory ?? place.workspace;
  return (
    TEMPORARY.some((folder) => path.startsWith(folder)) &&
    !path.startsWith(`${place.workspace}/`) &&
    !path.startsWith(`${own}/`)
  );
}

/** A shell has connections only by /dev/tcp; a program given as text, or copied in this run, is no part of a build. */
function ofConnecting(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { program } = actor;
  if (program === undefined || hasTrait(actor, BRINGS_PROGRAMS | FETCHES)) return undefined;
  const isOdd = hasTrait(actor, READS_PROGRAMS)
    ? hasTrait(actor, SHELL) || toProgramSource(program).kind !== "file"
    : isCopied(facts.files.find(program.executable));
  if (!isOdd) return undefined;
  const employer = findEmployer(actor);
  if (employer === undefined || isOfItsMaking(actor, employer)) return undefined;
  return toFlagged(actor, employer, `${nameOf(actor)} connected by itself under ${employer.name}`);
}

function isCopied(file: WrittenFile | undefined): boolean {
  return file !== undefined && !hasTrait(file.lastWriter, BRINGS_PROGRAMS);
}

/** pip runs setup.py by a text of its own, which may fetch what the build requires. */
function isOfItsMaking({ parent, program }: Actor, { manager }: Employer): boolean {
  return parent?.program === manager.program && program?.args.some(isSetup) === true;
}

function isSetup(arg: string): boolean {
  return arg.includes("setuptools");
}

function toFlagged(actor: Actor, { installs, name }: Employer, message: string): Flagged {
  return {
    message,
    subject: `${nameOf(actor)} under ${name}`,
    ...(!installs && { severity: "low" }),
  };
}

function nameOf(actor: Actor | undefined): string {
  return actor?.program?.name ?? "a program";
}
