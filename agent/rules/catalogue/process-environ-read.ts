import { type Actor, isDescendantOf } from "../facts/actor.ts";
import { isOutsider, nameTarget } from "../facts/outsider.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Rule } from "../rule.ts";

/** Asks the first process whether it runs in a container; every package of systemd's does so when it is installed. */
const CONTAINER_PROBES = new Set(["systemd-detect-virt", "systemctl", "systemd"]);
const INIT = 1;

export const processEnvironRead: Rule = {
  id: "process-environ-read",
  title: "Environment of another process read",
  flags: "A process that opens /proc/PID/environ of a process which it did not start itself.",
  why: "Secrets are given to steps as environment variables; whoever reads those of the runner or of another step has them without leaving anything in the log.",
  advice:
    "Find out which step or package the program belongs to, and revoke the secrets of the step whose process was read.",
  severity: "high",
  response: "report",
  techniques: ["T1552"],
  references: [
    {
      title: "MITRE ATT&CK T1552, Unsecured Credentials",
      url: "https://attack.mitre.org/techniques/T1552/",
    },
    {
      title: "proc_pid_environ(5)",
      url: "https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html",
    },
  ],
  honest: [
    "Reading the environment of one's own children and their children stays quiet.",
    "`ps` reads all environments, and stays quiet unless it is asked to show them (`ps e`).",
    "`systemd-detect-virt` reads that of the first process to see whether it is a container, and stays quiet.",
  ],
  on: {
    "memory-access"({ method, targetPid, succeeded }, actor, facts) {
      if (method !== "proc-environ" || isOwnChild(targetPid, actor, facts)) return undefined;
      if (targetPid === INIT && CONTAINER_PROBES.has(actor.program?.name ?? "")) return undefined;
      if (isListing(actor)) return undefined;
      const target = nameTarget(targetPid, facts);
      const program = actor.program?.name ?? `process ${actor.ref.pid}`;
      return {
        message: `${program} ${succeeded ? "read" : "tried to read"} the environment of ${target}, which it did not start`,
        subject: isOutsider(targetPid, facts) ? "outsiders" : "the job",
        evidence: { targetPid, succeeded },
      };
    },
  },
};

function isOwnChild(pid: number, actor: Actor, { actors }: RunFacts): boolean {
  const target = actors.withPid(pid);
  return target !== undefined && isDescendantOf(target, actor);
}

/** Of procps, which reads all that it could be asked for. A program of that name that lies elsewhere is another one. */
const PS = new Set(["/usr/bin/ps", "/bin/ps"]);

function isListing({ program }: Actor): boolean {
  if (program === undefined || !PS.has(program.executable)) return false;
  return !program.args.slice(1).some(asksForEnvironment);
}

/** ps(1): options without a hyphen are BSD's, and of those `e` shows the environment; a column of it is `environ`. */
function asksForEnvironment(arg: string): boolean {
  return /^[a-zA-Z]*e[a-zA-Z]*$/.test(arg) || arg.includes("environ");
}
