import type { MemoryAccessMethod } from "../../observation.ts";
import type { Actor } from "../facts/actor.ts";
import { isOutsider, nameTarget } from "../facts/outsider.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Flagged, Rule } from "../rule.ts";

/** What each of them does, for the message. Reading the environment is a rule of its own. */
const DEEDS: Readonly<Partial<Record<MemoryAccessMethod, string>>> = {
  "proc-mem": "opened the memory of",
  "proc-maps": "read the memory map of",
  "proc-map-files": "opened a mapped file of",
  ptrace: "attached to",
  "process-vm-readv": "read the memory of",
  "process-vm-writev": "wrote to the memory of",
  "pidfd-getfd": "took a descriptor from",
};
/** They show which files are open, by walking all processes; the map alone holds no secret. */
const LISTERS = new Set(["lsof", "fuser", "pmap", "htop", "top", "ps", "smem"]);
const SYSTEM_DIRECTORIES = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"];

export const runnerMemoryRead: Rule = {
  id: "runner-memory-read",
  title: "Memory of the runner read",
  flags:
    "Any process of the job that opens /proc/PID/mem or maps of the runner's processes, reads or writes their memory by process_vm_readv or process_vm_writev, attaches with ptrace (gdb, gcore, strace), or takes a descriptor from them.",
  why: "The runner's memory holds every secret of the job, also those that no step was given, and the tokens that the job can be impersonated with.",
  advice:
    "Treat every secret of the job as stolen and revoke it; look at which action or package the program came from. With the kernel sensor the process was killed before it could read.",
  severity: "critical",
  response: "kill-process",
  techniques: ["T1003.007"],
  references: [
    {
      title: "CVE-2025-30066: tj-actions/changed-files read secrets from the runner's memory",
      url: "https://github.com/advisories/ghsa-mrrh-fwg8-r2c3",
    },
    {
      title: "MITRE ATT&CK T1003.007, OS Credential Dumping: Proc Filesystem",
      url: "https://attack.mitre.org/techniques/T1003/007/",
    },
  ],
  honest: [
    "Debuggers on processes that the job itself started stay quiet.",
    "`lsof`, `pmap` and the like read the map of every process, which is told with severity low and never killed for.",
  ],
  on: {
    "memory-access"(seen, actor, facts) {
      const deed = DEEDS[seen.method];
      if (deed === undefined) return undefined;
      // In a pod the kernel also ends whoever reaches into what the guard came from.
      if (seen.killed !== true && !isOutsider(seen.targetPid, facts)) return undefined;
      // Somebody asked for a process that is no more, or never was.
      if (!seen.succeeded && !facts.live.isThere(seen.targetPid)) return undefined;
      return toFlagged(actor, { ...seen, deed }, facts);
    },
  },
};

interface Reach {
  readonly method: MemoryAccessMethod;
  readonly targetPid: number;
  readonly deed: string;
  readonly succeeded: boolean;
  readonly killed?: true;
}

function toFlagged(actor: Actor, reach: Reach, facts: RunFacts): Flagged {
  const { method, targetPid, deed, succeeded, killed = false } = reach;
  const target = nameTarget(targetPid, facts);
  const program = actor.program?.name ?? `process ${actor.ref.pid}`;
  const isListing = method === "proc-maps" && isLister(actor);
  return {
    message: `${program} ${toWords({ deed, succeeded, killed })} ${target}, which the job did not start`,
    subject: `${method} ${target}`,
    // The call of one that is killed ends well, and brings nothing to anybody.
    evidence: { method, targetPid, succeeded: succeeded && !killed },
    killed,
    ...(isListing && { severity: "low", response: "report" }),
  };
}

function isLister({ program }: Actor): boolean {
  if (program === undefined || !LISTERS.has(program.name)) return false;
  return SYSTEM_DIRECTORIES.some((directory) => program.executable.startsWith(directory));
}

function toWords({
  deed,
  succeeded,
  killed,
}: Required<Pick<Reach, "deed" | "succeeded">> & { readonly killed: boolean }): string {
  if (killed) return `was killed before it ${deed}`;
  return succeeded ? deed : `tried, and was refused: it ${deed}`;
}
