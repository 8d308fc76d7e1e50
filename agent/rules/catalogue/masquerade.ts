import type { ExecObservation } from "../../observation.ts";
import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import { nameOf } from "../facts/naming.ts";
import { findTraits, isKnownName } from "../facts/program-names.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { COMPILER, SYSTEM_PACKAGE_MANAGER } from "../facts/traits.ts";
import { isUnproven } from "../facts/unproven.ts";
import type { Flagged, Rule } from "../rule.ts";

const MAKES_PROGRAMS = COMPILER | SYSTEM_PACKAGE_MANAGER;
/** Names that nobody looks at twice in a list of processes. */
const EVERYDAY = new Set(
  "systemd systemd-journald systemd-resolved systemd-udevd sshd cron crond dbus-daemon init kthreadd kworker ksoftirqd rsyslogd containerd containerd-shim dockerd snapd agetty login polkitd rcu_sched migration watchdog ntpd chronyd".split(
    " ",
  ),
);
/** Of these no program is built or brought by a job: a file of that name claims to be what it cannot be. */
const OF_THE_SYSTEM_ALONE = new Set(
  "systemd systemd-journald systemd-resolved systemd-udevd kthreadd kworker ksoftirqd rcu_sched agetty".split(
    " ",
  ),
);
/** They run under names of others as their way of being called. */
const CALLED_BY_MANY_NAMES = new Set([
  "busybox",
  "toybox",
  "coreutils",
  "bash",
  "dash",
  "zsh",
  "vim.basic",
  "xz",
  "gzip",
  "python",
  "perl",
  "ruby",
  "lua",
  "mawk",
  "gawk",
  "nft",
  "xtables-nft-multi",
  "xtables-legacy-multi",
  "kmod",
  "systemctl",
  "git",
  "rustup",
  "pigz",
  "clang",
  "gcc",
  "ld",
  "lld",
  "java",
  "node",
  "unzip",
  "zstd",
  "bzip2",
  "sudo",
  "mount",
  "ccache",
  "sccache",
  "volta-shim",
  "volta",
  "exim4",
  "postfix",
  "mksh",
  "ksh93",
  "nano",
  "tar",
  "bsdtar",
  "cargo",
  "proxy",
  "update-alternatives",
  "nc.openbsd",
  "nc.traditional",
]);

export const masquerade: Rule = {
  id: "masquerade",
  title: "Program that claims to be another",
  flags:
    "A process whose argv[0] names another well-known program than the one that runs, or a system process or kernel thread; a file of such a name that came with this run; and a program that was run from memory (memfd) or from a deleted file.",
  why: "Nobody looks twice at `systemd` or `[kworker]` in a list of processes; and a program that is on no disk leaves nothing to look at.",
  advice:
    "Look at the executable that the finding names, not at what it calls itself; of a program in memory keep the process's image before it ends.",
  severity: "high",
  response: "report",
  techniques: ["T1036", "T1620"],
  references: [
    {
      title: "MITRE ATT&CK T1036, Masquerading",
      url: "https://attack.mitre.org/techniques/T1036/",
    },
    {
      title: "MITRE ATT&CK T1620, Reflective Code Loading",
      url: "https://attack.mitre.org/techniques/T1620/",
    },
  ],
  honest: [
    "One binary with many names (busybox, git, xz, systemctl), login shells (`-bash`) and links from /etc/alternatives stay quiet.",
    "`runc`, `crun`, `snap`, `buildah` and `podman` run a sealed copy of themselves from memory, and stay quiet under the installed program of that name.",
  ],
  on: {
    exec(seen, actor, facts) {
      if (seen.image !== "file") return judgeImage(seen, actor, facts);
      if (OF_THE_SYSTEM_ALONE.has(baseName(seen.executable))) {
        const flagged = judgeFile(seen, facts);
        if (flagged !== undefined) return flagged;
      }
      const claimed = seen.args[0] ?? "";
      // Nearly always the executable's own name stands at the end.
      if (claimed === "" || seen.executable.endsWith(claimed)) return undefined;
      return judgeName(claimed, { seen, actor }, facts);
    },
  },
};

/**
 * Container runtimes copy themselves into memory so that no container can overwrite them (CVE-2019-5736). Names by runc's
 * libcontainer/dmz, crun's cloned_binary.c, snap-confine, and containers/storage's unshare.c, which seals what buildah and podman are.
 */
const SEALED =
  /^(?:\/proc\/self\/exe|runc(?:-dmz)?|crun|snap-confine|(?:buildah|storage|podman)-[\w-]+|\/?memfd:(?:runc_cloned|crun|.*snap|(?:buildah|storage|podman)-[\w-]+))/;
const SEALING = new Set(["runc", "crun", "snap", "snap-confine", "buildah", "podman", "skopeo"]);

function judgeImage(seen: ExecObservation, actor: Actor, facts: RunFacts): Flagged | undefined {
  const isNamedSealed = SEALED.test(seen.args[0] ?? "") && SEALED.test(seen.executable);
  if (isNamedSealed && isUnderRuntime(actor, facts)) return undefined;
  const from = seen.image === "memfd" ? "memory" : "a deleted file";
  return {
    message: `${nameOf(actor)} was run from ${from}`,
    subject: `${seen.image} ${seen.executable}`,
    evidence: { image: seen.image },
  };
}

/** Anything can call itself sealed. In a pod or on a host the runtime may have been there before the guard. */
function isUnderRuntime(actor: Actor, facts: RunFacts): boolean {
  if (facts.place.scope !== "command") return true;
  for (const { program } of ancestorsOf(actor)) {
    if (program === undefined) continue;
    const isRuntime = SEALING.has(program.name) && SEALING.has(baseName(program.executable));
    if (isRuntime && !isUnproven(program.executable, facts)) return true;
  }
  return false;
}

/** Neither installed by the system's package manager nor built here. */
function judgeFile({ executable }: ExecObservation, facts: RunFacts): Flagged | undefined {
  const writer = facts.files.find(executable)?.firstWriter;
  if (!isUnproven(executable, facts) || hasTrait(writer, MAKES_PROGRAMS)) return undefined;
  return {
    message: `${executable}, which bears the name of a part of the system, came with this run`,
    subject: executable,
    evidence: { claims: baseName(executable) },
  };
}

interface Executed {
  readonly seen: ExecObservation;
  readonly actor: Actor;
}

function judgeName(
  claimed: string,
  { seen, actor }: Executed,
  facts: RunFacts,
): Flagged | undefined {
  const name = toClaimedName(claimed);
  const own = baseName(seen.executable);
  if (name === own || seen.script !== undefined) return undefined;
  const isThread = claimed.startsWith("[") && claimed.endsWith("]");
  if (!isThread && !EVERYDAY.has(name) && !isOtherProgram(name, { seen, actor }, facts))
    return undefined;
  return {
    message: `${seen.executable} was started under the name of ${claimed}`,
    subject: `${seen.executable} ${claimed}`,
    evidence: { claims: claimed },
  };
}

/**
 * Both names mean something, and not the same; or the claimed one does, and what runs came with this run. Version managers
 * (mise, volta) lie in their places since before it.
 */
function isOtherProgram(name: string, { seen, actor }: Executed, facts: RunFacts): boolean {
  const own = actor.program;
  if (own === undefined || !isKnownName(name) || CALLED_BY_MANY_NAMES.has(own.name)) return false;
  if (baseName(seen.executable).startsWith(name) || name.startsWith(own.name)) return false;
  const claims = findTraits(name, { args: [name] });
  if (own.traits === 0) return isUnproven(seen.executable, facts);
  return (claims & own.traits) === 0;
}

/** `-bash` is a login shell; `sshd: user@pts/0` and `postgres: writer` say more behind a colon. */
function toClaimedName(claimed: string): string {
  const plain = claimed.startsWith("-") ? claimed.slice(1) : claimed;
  // `kworker/u8:3`
  const first = plain.split("/", 1)[0] ?? "";
  if (OF_THE_SYSTEM_ALONE.has(first)) return first;
  return baseName(plain.split(/[:\s]/, 1)[0] ?? plain);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
