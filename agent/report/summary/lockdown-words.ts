import { basename } from "node:path";

import type { Report } from "../../../protocol/report.ts";
import { formatCount } from "./formats.ts";

/** Programs that a job starts to become root, and to have an engine do something. */
const BY_SUDO = new Set(["sudo", "sudo-rs", "su", "su-rs", "doas", "pkexec", "run0"]);
const BY_CONTAINERS = new Set(["docker", "podman", "nerdctl", "ctr", "crictl", "lxc", "incus"]);

/** What was taken from the job, a sentence each. Reasons are unescaped. */
export interface LockdownWords {
  readonly outcome: string;
  readonly isHeld: boolean;
  readonly reasons: readonly string[];
  /** Programs that the job started all the same. */
  readonly tried: string | undefined;
}

/** Null where nothing was to be taken. */
export function toLockdownWords({ lockdown, processes }: Report): LockdownWords | null {
  if (lockdown === undefined) return null;
  const { sudo, containers, reasons } = lockdown;
  return {
    outcome: `sudo ${toWord(sudo)}, containers ${toWord(containers)}`,
    isHeld: sudo !== "not-held" && containers !== "not-held",
    reasons,
    tried: toTriedWords(
      processes,
      (name) => BY_SUDO.has(name) || (containers !== "allowed" && BY_CONTAINERS.has(name)),
    ),
  };
}

function toWord(status: NonNullable<Report["lockdown"]>["sudo"]): string {
  return status === "not-held" ? "not held" : status;
}

function toTriedWords(
  processes: Report["processes"],
  isTry: (name: string) => boolean,
): string | undefined {
  const counts = new Map<string, number>();
  for (const { executable, earlierPrograms = [] } of processes) {
    for (const path of [executable, ...earlierPrograms.map((program) => program.executable)]) {
      const name = basename(path);
      if (isTry(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return undefined;
  const tries = [...counts].map(([name, count]) => `${name} ${formatCount(count)}×`);
  return `the job started ${tries.toSorted().join(", ")}`;
}
