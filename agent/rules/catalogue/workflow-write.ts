import { posix } from "node:path";

import type { FileObservation } from "../../observation.ts";
import {
  GIT_HOOKS,
  HOOK_MANAGERS,
  PROJECT_GENERATORS,
  RUNNING_LINES,
  RUNNING_SETTINGS,
} from "../data/workflow-places.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { readAs } from "../facts/live-files.ts";
import { nameOf } from "../facts/naming.ts";
import { findEmployer } from "../facts/package-managers.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { AI_CLIENT, FORMATTER, VERSION_CONTROL } from "../facts/traits.ts";
import { isUnproven } from "../facts/unproven.ts";
import { findWorkflowFile, type WorkflowFile } from "../facts/workflow-files.ts";
import type { Flagged, Rule } from "../rule.ts";

const GIT_CONFIGURATIONS = new Set(["config", ".gitconfig", "config.worktree"]);
/** One that is longer has been made so. */
const CONFIGURATION_BYTES = 65_536;

export const workflowWrite: Rule = {
  id: "workflow-write",
  title: "Workflow or hook written",
  flags:
    "Workflows of CI in a checkout, git hooks, git's settings that name programs (core.hooksPath, core.fsmonitor), files that VS Code, Cursor, Claude Code and the like run by themselves, written, renamed or linked by anything but the version control.",
  why: "It is pushed with the next commit, or run by the next git command or by whoever opens the checkout: so do worms get from one repository into others.",
  advice:
    "Look at the file and do not push from this checkout. Find which package or action the program came from, and look for pushes that nobody made.",
  severity: "high",
  response: "report",
  techniques: ["T1195.002"],
  references: [
    {
      title: "CISA alert: Widespread Supply Chain Compromise Impacting npm Ecosystem (Shai-Hulud)",
      url: "https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem",
    },
    { title: "githooks(5)", url: "https://git-scm.com/docs/githooks" },
  ],
  honest: [
    "What git writes itself, and the same files in packages and archives that are no checkouts, stay quiet.",
    "Managers of hooks (husky, lefthook, pre-commit), generators of projects (projen, copier), formatters, and hooks that are set to a folder of the checkout are told as low.",
    "A job that updates workflows by a script of its own is flagged: switch the rule off for it.",
  ],
  on: {
    file(seen, actor, facts) {
      if (seen.operation === "delete" || seen.operation === "chmod") return undefined;
      const path = facts.truePaths.of(seen, actor);
      const file = findWorkflowFile(path, seen.originalPath !== undefined);
      if (file === undefined) return ofConfiguration(path, actor, facts);
      if (isByVersionControl(actor, facts) || !isPartOfCheckout(file, actor, facts)) {
        return undefined;
      }
      return toFlagged(path, file, { seen, actor });
    },
    exec(_seen, actor, facts) {
      if (!hasTrait(actor, VERSION_CONTROL) || actor.program?.name !== "git") return undefined;
      return ofSetting(actor, facts) ?? ofTemplate(actor, facts);
    },
  },
};

function toFlagged(
  path: string,
  { what }: WorkflowFile,
  { seen, actor }: { readonly seen: FileObservation; readonly actor: Actor },
): Flagged {
  const { originalPath } = seen;
  return {
    message: `${nameOf(actor)} wrote ${path}, ${what}`,
    subject: path,
    evidence: { path, ...(originalPath !== undefined && { originalPath }) },
    ...(isByTrade(actor) && { severity: "low" }),
  };
}

/** The one that is installed; not a program of this name that came with the run. */
function isByVersionControl(actor: Actor, facts: RunFacts): boolean {
  const { program } = actor;
  return (
    hasTrait(actor, VERSION_CONTROL) &&
    program !== undefined &&
    !isUnproven(program.executable, facts)
  );
}

/** Packages and archives hold such files of their own, which nobody runs. */
function isPartOfCheckout({ root }: WorkflowFile, actor: Actor, facts: RunFacts): boolean {
  if (root === undefined || root === facts.place.workspace || root === facts.place.home)
    return true;
  // In a work tree and in a submodule it is a file.
  return [`${root}/.git/HEAD`, `${root}/.git`].some(
    (path) => (readAs(actor, path, { bytes: 1, facts })?.length ?? 0) > 0,
  );
}

/** Told, since a program can be called anything; not above low, since these do so in each build. */
function isByTrade(actor: Actor): boolean {
  if (hasTrait(actor, FORMATTER | AI_CLIENT)) return true;
  const { name = "", script, args } = actor.program ?? {};
  for (const one of [name, script, args?.[1], args?.[2]]) {
    if (one === undefined) continue;
    const base = posix.basename(one);
    if (HOOK_MANAGERS.has(base) || PROJECT_GENERATORS.has(base)) return true;
    // `node …/node_modules/husky/bin.js`
    const owner = /(?:^|\/)node_modules\/([\w-]+)\//.exec(one)?.[1];
    if (owner !== undefined && (HOOK_MANAGERS.has(owner) || PROJECT_GENERATORS.has(owner))) {
      return true;
    }
  }
  return false;
}

/** git's own file, written past git: as grave as a hook where a program stands in it. */
function ofConfiguration(path: string, actor: Actor, facts: RunFacts): Flagged | undefined {
  const nameAt = path.lastIndexOf("/");
  if (!GIT_CONFIGURATIONS.has(path.slice(nameAt + 1))) return undefined;
  if (!isGits(path, path.slice(0, nameAt)) || isByVersionControl(actor, facts)) return undefined;
  const text = readAs(actor, path, { bytes: CONFIGURATION_BYTES, facts })?.toString("utf8");
  // What has gone again by now runs nothing.
  const names = text !== undefined && RUNNING_LINES.test(text);
  return {
    message: `${nameOf(actor)} wrote ${path}, git's settings${names ? ", with a program in them" : ""}`,
    subject: names ? path : `settings in ${path}`,
    evidence: { path },
    ...(!names && { severity: "low" }),
  };
}

function isGits(path: string, folder: string): boolean {
  return (
    path.endsWith("/.gitconfig") ||
    folder.endsWith(".git") ||
    folder.includes("/.git/") ||
    folder.endsWith("/.config/git")
  );
}

/** `git config core.hooksPath …`. */
function ofSetting(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { args = [], workingDirectory } = actor.program ?? {};
  const at = args.indexOf("config");
  if (at === -1) return undefined;
  const nameAt = args.findIndex((arg, index) => index > at && isRunningSetting(arg));
  const value = args[nameAt + 1];
  if (nameAt === -1 || value === undefined || isReading(args)) return undefined;
  const name = args[nameAt] ?? "";
  const folder = posix.resolve(workingDirectory ?? "/", value);
  const isOfCheckout =
    folder.startsWith(`${facts.place.workspace}/`) && !folder.includes("/node_modules/");
  const isOff = value === "" || value === "false" || value === "true" || value === "/dev/null";
  return {
    message: `${nameOf(actor)} was told to set ${name} to ${value}${toEmployment(actor)}`,
    subject: `${name} ${value}`,
    evidence: { setting: name, value },
    ...((isOfCheckout || isOff) && { severity: "low" }),
  };
}

/** `git init --template DIRECTORY`, also of a repository that is there: git copies hooks from it. */
function ofTemplate(actor: Actor, facts: RunFacts): Flagged | undefined {
  const { args = [], workingDirectory } = actor.program ?? {};
  const at = args.findIndex((arg) => arg === "--template" || arg.startsWith("--template="));
  if (at === -1) return undefined;
  const given = args[at]?.slice("--template=".length) || (args[at + 1] ?? "");
  const hooks = posix.resolve(workingDirectory ?? "/", given, "hooks");
  const hook = [...GIT_HOOKS].find((name) => facts.files.find(`${hooks}/${name}`) !== undefined);
  if (hook === undefined) return undefined;
  return {
    message: `${nameOf(actor)} was told to take hooks from ${hooks}, where this run wrote ${hook}${toEmployment(actor)}`,
    subject: `template ${hooks}`,
    evidence: { template: hooks, hook },
  };
}

function isRunningSetting(arg: string): boolean {
  return RUNNING_SETTINGS.has(arg.toLowerCase());
}

function isReading(args: readonly string[]): boolean {
  return args.some(
    (arg) =>
      arg.startsWith("--get") || arg.startsWith("--unset") || arg === "get" || arg === "unset",
  );
}

function toEmployment(actor: Actor): string {
  const employer = findEmployer(actor);
  return employer === undefined ? "" : ` under ${employer.name}`;
}
