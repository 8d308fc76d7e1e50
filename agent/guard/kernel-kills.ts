/** What the kernel's program ends a process for by itself: policy's rules, as far as they need nothing but what it sees. */
import { posix } from "node:path";

import type { Policy, Response, RuleSetting, UserRule } from "../../protocol/index.ts";
import { INTERPRETERS, OTHER_SHELLS, SHELLS } from "../rules/data/command-readers.ts";
import type { CommandReader, ForbiddenPath, Kills } from "../sensor/kernel/kills.ts";
import { toSufficientValues } from "./sufficient-values.ts";

/** Bytes that bpf/state.h has room for. */
const MAX_NAME = 63;
const MAX_PATH = 255;
/** Of each; what is beyond is left to user space. The tables have room for twice as many. */
const MAX_ENTRIES = 500;

type KillPolicy = Pick<Policy, "rules" | "responses">;

export function toKernelKills(policy: KillPolicy | null): Kills {
  const rules = policy?.rules ?? {};
  const stopped = Object.values(rules)
    .filter(isUserRule)
    .filter(({ response }) => policy !== null && mayStop(response, policy))
    .map(toForbidden);
  return {
    memoryReaders: kills(rules["runner-memory-read"]),
    guardAttackers: kills(rules["guard-tamper"]),
    reverseShells: stopsShells(policy) ? COMMAND_READERS : [],
    programs: stopped.flatMap(({ programs }) => programs).slice(0, MAX_ENTRIES),
    paths: stopped.flatMap(({ paths }) => paths).slice(0, MAX_ENTRIES),
  };
}

function isUserRule(rule: RuleSetting | UserRule): rule is UserRule {
  return rule !== "off" && "when" in rule;
}

/** Of rules that kill unless policy says otherwise. Whatever is graver than killing the process kills it too. */
function kills(setting: RuleSetting | undefined): boolean {
  return setting !== "off" && setting?.response !== "report";
}

function stopsShells(policy: KillPolicy | null): boolean {
  const setting = policy?.rules["reverse-shell"];
  if (policy === null || setting === undefined) return true;
  return setting !== "off" && mayStop(setting.response ?? "kill-job", policy);
}

/** The kernel's program does not know whom policy spares, nor how often it has killed; a job is ended whoever is in it. */
function mayStop(response: Response, { responses }: KillPolicy): boolean {
  if (response === "report" || responses["max-kills-per-minute"] === 0) return false;
  return response !== "kill-process" || responses["never-kill"].length === 0;
}

/** What it speaks of whatever else is so, by whole names: then its finding always comes. */
function toForbidden({ on, when }: UserRule): Pick<Kills, "programs" | "paths"> {
  const values = toSufficientValues(when);
  const of = (wanted: string): string[] =>
    values.flatMap(({ field, value }) => (field === wanted ? [value] : []));
  if (on === "process") {
    const paths = toPaths(of("process.executable"), "run");
    return { programs: of("process.name").filter(isName), paths };
  }
  if (on === "file") return { programs: [], paths: toPaths(of("file.path"), "change") };
  return { programs: [], paths: on === "file-read" ? toPaths(of("file.path"), "read") : [] };
}

function toPaths(paths: readonly string[], deed: ForbiddenPath["deed"]): ForbiddenPath[] {
  return paths
    .filter((path) => path.startsWith("/") && isName(posix.basename(path)))
    .filter((path) => Buffer.byteLength(path) <= MAX_PATH)
    .map((path) => ({ path, deed }));
}

function isName(name: string): boolean {
  return name !== "" && !/[/\0]/.test(name) && Buffer.byteLength(name) <= MAX_NAME;
}

const COMMAND_READERS: readonly CommandReader[] = [
  ...toReaders(SHELLS, "shell"),
  ...toReaders(`${OTHER_SHELLS} ${INTERPRETERS}`, "bare"),
  ...toReaders("busybox", "applets"),
];

function toReaders(names: string, words: CommandReader["words"]): CommandReader[] {
  return names.split(" ").map((name) => ({ name, words }));
}
