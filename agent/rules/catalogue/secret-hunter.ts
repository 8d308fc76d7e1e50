import { SECRET_COMMANDS, SECRET_MARKS, SEARCH_PROGRAMS } from "../data/secret-commands.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { type Employer, findEmployer } from "../facts/package-managers.ts";
import type { ProgramFacts } from "../facts/program-facts.ts";
import { PACKAGE_MANAGER, SECRET_SCANNER, VERSION_CONTROL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** trufflehog by another name: the word for what to scan, and how to tell it. */
const SCANS = new Set(["filesystem", "--only-verified", "--no-verification", "--results=verified"]);
const TELLS_FORMAT = new Set(["--json", "-j", "--no-update", "--fail"]);
/** As it comes: `trufflesecurity/trufflehog:latest`. */
const SCANNER_IMAGE = /(?:^|\/)(?:trufflehog|gitleaks|ggshield|noseyparker|kingfisher)(?:[:@]|$)/;
const SCANNER_CLIENTS = new Set(["docker", "podman", "nerdctl"]);

export const secretHunter: Rule = {
  id: "secret-hunter",
  title: "Hunt for secrets by a package",
  flags:
    "Under a package manager: a scanner for secrets (trufflehog, gitleaks and the like, also by another name or in a container), a command that prints a credential (`gh auth token`, `git credential fill`, `gcloud auth print-access-token`), a search of files for tokens and keys.",
  why: "Worms in package registries use the scanners that defenders use, and the tools that are logged in already, to gather what they spread with.",
  advice:
    "Find the package in the lineage's working directories. Treat every credential on the machine as taken, and look at what the process's relatives connected to.",
  severity: "high",
  response: "report",
  techniques: ["T1552"],
  references: [
    {
      title: "MITRE ATT&CK T1552, Unsecured Credentials",
      url: "https://attack.mitre.org/techniques/T1552/",
    },
    {
      title: "CISA: Widespread Supply Chain Compromise Impacting npm Ecosystem",
      url: "https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem",
    },
  ],
  honest: [
    "A step that runs a scanner or asks for a token by itself stays quiet.",
    "What the project's own scripts start (`npm run scan`) is told as low.",
    "Git, Git LFS and Go ask for credentials of a repository that a package comes from, and stay quiet.",
  ],
  on: {
    exec(_seen, actor) {
      const { program } = actor;
      if (program === undefined) return undefined;
      const deed = findDeed(actor, program);
      if (deed === undefined || isAskedByGit(actor, program)) return undefined;
      const employer = findEmployer(actor);
      return employer && toFlagged(actor, deed, employer);
    },
  },
};

function findDeed(actor: Actor, program: ProgramFacts): string | undefined {
  if (hasTrait(actor, SECRET_SCANNER)) return "scans for secrets";
  const { name, args } = program;
  const commands = SECRET_COMMANDS.get(name);
  if (commands !== undefined && commands.some((words) => hasWords(args, words))) {
    return "prints a credential";
  }
  // Docker's helpers: `docker-credential-secretservice get`.
  if (name.startsWith("docker-credential-") && args[1] === "get") return "prints a credential";
  if (SEARCH_PROGRAMS.has(name)) return args.some(isOfSecrets) ? "searches for secrets" : undefined;
  if (SCANNER_CLIENTS.has(name)) {
    return args.some((arg) => SCANNER_IMAGE.test(arg)) ? "scans for secrets" : undefined;
  }
  if (!SCANS.has(args[1] ?? "") && !SCANS.has(args[2] ?? "")) return undefined;
  return args.some((arg) => TELLS_FORMAT.has(arg)) ? "scans for secrets" : undefined;
}

/** All of them, in that order, with options in between: `gh auth --hostname x token`. */
function hasWords(args: readonly string[], words: readonly string[]): boolean {
  let next = 0;
  for (const arg of args.slice(1)) {
    const word = words[next] ?? "";
    if (word.startsWith("*") ? arg.toLowerCase().includes(word.slice(1)) : arg === word) next += 1;
    if (next === words.length) return true;
  }
  return false;
}

function isOfSecrets(arg: string): boolean {
  return SECRET_MARKS.some((mark) => arg.includes(mark));
}

/** Of a package that is fetched from a repository: the one who asks is a part of Git, or the package manager itself. */
function isAskedByGit({ parent }: Actor, { name, args }: ProgramFacts): boolean {
  if (name !== "git" || !args.includes("credential")) return false;
  return hasTrait(parent, VERSION_CONTROL) || (hasTrait(parent, PACKAGE_MANAGER) && isGo(parent));
}

function isGo(actor: Actor | undefined): boolean {
  return actor?.program?.name === "go";
}

function toFlagged(actor: Actor, deed: string, { installs, name }: Employer): Flagged {
  const program = actor.program?.name ?? "a program";
  return {
    message: `${program} ${deed} under ${name}`,
    subject: `${program} ${deed} under ${name}`,
    ...(!installs && { severity: "low" }),
  };
}
