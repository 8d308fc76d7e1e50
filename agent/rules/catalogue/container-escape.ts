import type { PrivilegedOperation } from "../../observation.ts";
import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import { nameOf } from "../facts/naming.ts";
import {
  BROWSER,
  ENGINE_TOOL,
  RUNNER,
  SANDBOX,
  SYSTEM_PACKAGE_MANAGER,
  type Traits,
} from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const DEEDS: Readonly<Partial<Record<PrivilegedOperation, string>>> = {
  setns: "entered other namespaces",
  unshare: "made namespaces of its own",
  mount: "mounted",
  "pivot-root": "changed its root directory to",
  chroot: "changed its root directory to",
  "module-load": "loaded a module into the kernel",
  bpf: "used bpf(2)",
};
/** By writing there, root in a container runs a program on the host. */
const KERNEL_HOOKS =
  /^\/(?:proc\/sys\/kernel\/(?:core_pattern|modprobe|hotplug)|sys\/kernel\/uevent_helper|proc\/sysrq-trigger|sys\/fs\/cgroup\/.*\/?(?:release_agent|notify_on_release))$/;
const RELEASE_AGENT = /\/(?:release_agent)$/;
const ENGINE_SOCKET = /(?:^|\/)(?:docker|podman|containerd|crio|buildkitd)[^/]*\.sock$/;
const MAKES_NAMESPACES = SANDBOX | BROWSER | SYSTEM_PACKAGE_MANAGER;
/** Engines and clients start one another, and the scripts of packages start engines. */
const TALKS_TO_ENGINES = ENGINE_TOOL | SYSTEM_PACKAGE_MANAGER;
const SPECIAL_MOUNTS = /^\/(?:host|rootfs|mnt\/host|proc\/1)(?:\/|$)/;

export const containerEscape: Rule = {
  id: "container-escape",
  title: "Way out of the container",
  flags:
    "`nsenter`, `unshare`, `mount`, `pivot_root` and `chroot` by a step; writing core_pattern, release_agent and the like; loading kernel modules or BPF programs; talking to the container engine's socket from something else than its client.",
  why: "These are the ways from a container, or from an ordinary user, to root on the machine: to other jobs, to the runner, and to the guard.",
  advice:
    "Find out which step did it and what for. On shared or persistent runners treat the machine as taken over where it succeeded as root.",
  severity: "high",
  response: "report",
  techniques: ["T1611"],
  references: [
    {
      title: "MITRE ATT&CK T1611, Escape to Host",
      url: "https://attack.mitre.org/techniques/T1611/",
    },
    { title: "namespaces(7)", url: "https://man7.org/linux/man-pages/man7/namespaces.7.html" },
  ],
  honest: [
    "Container clients and engines, browsers' sandboxes, bubblewrap, snap, debootstrap and package managers stay quiet where they are installed, and not where the job made or copied them, nor where a checkout brings them outside of node_modules.",
    "A user namespace that a program makes without being root, as rootless tools do, is told with severity low.",
  ],
  on: {
    privileged({ operation, detail, succeeded }, actor) {
      const deed = DEEDS[operation];
      if (deed === undefined || isBelow(actor, MAKES_NAMESPACES)) return undefined;
      const isOwnUser = operation === "unshare" && /\buser\b/.test(detail);
      return {
        message: `${nameOf(actor)} ${succeeded ? "" : "tried: it "}${deed} ${detail}`.trimEnd(),
        subject: `${operation} ${detail}`,
        evidence: { operation, detail, succeeded },
        ...toSeverity({ isOwnUser, succeeded, operation, detail }),
      };
    },
    file({ path }, actor) {
      if (!path.startsWith("/proc/sys") && !path.startsWith("/sys/") && !RELEASE_AGENT.test(path)) {
        return undefined;
      }
      return KERNEL_HOOKS.test(path) || RELEASE_AGENT.test(path)
        ? toHooked(path, actor)
        : undefined;
    },
    connect({ address: { path } }, actor) {
      if (path === undefined || !ENGINE_SOCKET.test(path)) return undefined;
      // All that a job does is below its runner.
      if (hasTrait(actor, RUNNER) || isBelow(actor, TALKS_TO_ENGINES)) return undefined;
      return {
        message: `${nameOf(actor)} connected to ${path}, which whoever talks to is root on the machine`,
        subject: path,
        evidence: { socket: path },
      };
    },
  },
};

function toHooked(path: string, actor: Actor): Flagged {
  return {
    message: `${nameOf(actor)} wrote ${path}, by which the kernel runs programs`,
    subject: path,
    evidence: { file: path },
    severity: "critical",
  };
}

interface Operation {
  readonly isOwnUser: boolean;
  readonly succeeded: boolean;
  readonly operation: PrivilegedOperation;
  readonly detail: string;
}

function toSeverity({ isOwnUser, succeeded, operation, detail }: Operation) {
  if (SPECIAL_MOUNTS.test(detail) && succeeded) return { severity: "critical" as const };
  if (isOwnUser || (!succeeded && operation === "bpf")) return { severity: "low" as const };
  return {};
}

/** Or was started by one that is. What a name excuses is taken from programs of the job's own making already. */
function isBelow(actor: Actor, traits: Traits): boolean {
  return [actor, ...ancestorsOf(actor)].some((one) => hasTrait(one, traits));
}
