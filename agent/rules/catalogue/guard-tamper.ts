import type { FileObservation } from "../../observation.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { isOutOfPlace } from "../facts/install-places.ts";
import { nameOf } from "../facts/naming.ts";
import type { OwnPlace, RunFacts } from "../facts/run-facts.ts";
import { CONTAINER_CLIENT, SYSTEM_PACKAGE_MANAGER, VERSION_CONTROL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** They ask the guard to end, which it passes on to its command, or say nothing: news, and whether it is there. */
const POLITE = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGCONT", "SIGWINCH", "SIGURG", "SIGCHLD"]);

/** By these the machine's programs find out whom to ask for names, and what it is they get (resolv.conf(5), nsswitch.conf(5)). */
const RESOLVER_SETTINGS = new Set(["/etc/resolv.conf", "/etc/nsswitch.conf"]);
const RESOLVED_SETTINGS = /^\/etc\/systemd\/resolved\.conf(?:\.d\/|$)/;
/** Steps add names of their test servers to it all the time. */
const HOSTS = "/etc/hosts";
/** They keep these files as their job. */
const KEEPERS = new Set([
  "resolvconf",
  "dhclient",
  "NetworkManager",
  "systemd-resolved",
  "systemd",
]);

/** What is done to the packet filter is seen by the filter's own news, and comes here when it is known who did it. */
export const guardTamper: Rule = {
  id: "guard-tamper",
  title: "Guard tampered with",
  flags:
    "Signals or ptrace aimed at the guard, for which the kernel ends the process even so, unless policy says `response: report`; its programs, policy, secrets file, state or spool changed; nftables or iptables rules of its own flushed or got round; resolv.conf or the hosts file changed; its control socket misused.",
  why: "Who switches the guard off first does the rest unseen.",
  advice:
    "Treat the job as hostile: no build needs this. What was changed was put back where the finding does not say otherwise; look at what the same process did next.",
  severity: "critical",
  response: "report",
  techniques: ["T1562.001"],
  references: [
    {
      title: "MITRE ATT&CK T1562.001, Disable or Modify Tools",
      url: "https://attack.mitre.org/techniques/T1562/001/",
    },
  ],
  honest: [
    "Scripts that end their process group (`kill 0`) send SIGTERM to the guard too, which is told with severity low.",
    "In a pod, the shell, supervisor or entry point that the guard came from may end it: SIGTERM is told with severity low, and nobody is ended. What these start later, and `kubectl exec`, is ended like any other process of the pod.",
    "Version control may change a policy or secrets file that is part of the checkout. Where the checkout holds the guard itself, its programs are the job's to write.",
    "Adding names to /etc/hosts is told with severity low: what an address was not given by DNS for, block mode refuses.",
    "A job that sets up a packet filter of its own, for a container say, is told with severity high while it has no right to.",
  ],
  on: {
    file(seen, actor, facts) {
      const change = { seen, actor, path: facts.truePaths.of(seen, actor) };
      return toChangedOwn(change, facts) ?? toChangedResolver(change, facts);
    },
    privileged({ operation, detail, killed }, actor) {
      if (operation !== "signal-guard") return undefined;
      const isPolite = POLITE.has(detail) && killed === undefined;
      return {
        message: `${nameOf(actor)} sent ${detail || "a signal"} to the guard`,
        subject: `signal ${detail}`,
        evidence: { signal: detail },
        killed: killed ?? false,
        ...(isPolite ? { severity: "low" } : { response: "kill-process" }),
      };
    },
  },
};

interface Change {
  readonly seen: FileObservation;
  readonly actor: Actor;
  readonly path: string;
}

/** What the guard goes by was read when it started: it is the next one that would be weaker. */
function toChangedOwn(change: Change, facts: RunFacts): Flagged | undefined {
  const { seen, actor, path } = change;
  const isGit = hasTrait(actor, VERSION_CONTROL);
  const former = toFormerPath(change, facts);
  // A folder goes with all that is in it, and another takes its place.
  const mayBeFolder = seen.operation === "delete" || seen.originalPath !== undefined;
  const isOf = (changed: string, { path: own, hasCaches }: OwnPlace) =>
    (isWithin(changed, own) && !(hasCaches === true && changed[own.length + 1] === ".")) ||
    (mayBeFolder && isWithin(own, changed));
  for (const own of facts.place.own ?? []) {
    if (isGit && own.isOfCheckout === true) continue;
    const changed = isOf(path, own) ? path : former;
    if (changed === undefined || !isOf(changed, own)) continue;
    return {
      message: `${nameOf(actor)} changed ${changed}: ${own.what}`,
      subject: own.path,
      evidence: { file: changed },
    };
  }
  return undefined;
}

/** What is no longer there; where a link leads to is. */
function toFormerPath({ seen, actor }: Change, { truePaths }: RunFacts): string | undefined {
  const { operation, originalPath } = seen;
  if (operation !== "rename" || originalPath === undefined) return undefined;
  return truePaths.of({ ...seen, path: originalPath }, actor);
}

function isWithin(path: string, place: string): boolean {
  return path.startsWith(place) && (path.length === place.length || path[place.length] === "/");
}

function toChangedResolver({ actor, path }: Change, facts: RunFacts): Flagged | undefined {
  if (!path.startsWith("/etc/") || isKeeper(actor, facts)) return undefined;
  const isHosts = path === HOSTS;
  if (!isHosts && !RESOLVER_SETTINGS.has(path) && !RESOLVED_SETTINGS.test(path)) return undefined;
  return {
    message: `${nameOf(actor)} changed ${path}, which says where names lead`,
    subject: path,
    evidence: { file: path },
    severity: isHosts ? "low" : "high",
  };
}

/** Anything can be called so where nobody installs programs. */
function isKeeper(actor: Actor, facts: RunFacts): boolean {
  const { name = "", executable = "" } = actor.program ?? {};
  const isOne = hasTrait(actor, SYSTEM_PACKAGE_MANAGER | CONTAINER_CLIENT) || KEEPERS.has(name);
  return isOne && !isOutOfPlace(executable, facts);
}
