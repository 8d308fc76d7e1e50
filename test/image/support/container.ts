/** A container by crun, of what the image's root is mounted at: what Kubernetes or Docker would start, without either. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import type { Pod } from "./pod.ts";

export interface ContainerOptions {
  readonly rootFolder: string;
  readonly command: readonly string[];
  readonly userId: number;
  /** Without `CAP_`. */
  readonly capabilities: readonly string[];
  readonly pod: Pod;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders of this machine, by where they are in the container. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly readOnlyVolumes?: Readonly<Record<string, string>>;
  /** Whether the root can be written to, as no container of ours needs. */
  readonly isRootWritable?: boolean;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container extends AsyncDisposable {
  readonly ended: Promise<Ended>;
  said(this: void): string;
  /** Another process in it, with the same rights. */
  run(...command: readonly string[]): Promise<Ended>;
  /** SIGTERM, and SIGKILL when that does not end it. */
  stop(): Promise<Ended>;
}

const PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const KILL_AFTER_MS = 20_000;
/** crun takes no machine that has both versions of control groups, and neither do nodes. */
const WITH_CGROUPS_OF_NOW = 'mount -t cgroup2 none /sys/fs/cgroup && exec "$0" "$@"';

export function startContainer(options: ContainerOptions): Container {
  const bundle = mkdtempSync(join(tmpdir(), "runner-guard-container-"));
  const id = basename(bundle);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(toConfiguration(options)));
  const state = join(bundle, "state");
  mkdirSync(state);
  const crun = (...args: string[]): ChildProcess => {
    const command = ["crun", "--cgroup-manager=disabled", `--root=${state}`, ...args];
    return spawn("unshare", ["--mount", "sh", "-c", WITH_CGROUPS_OF_NOW, ...command], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  };
  const child = crun("run", `--bundle=${bundle}`, id);
  const output = collect(child);
  const ended = output.ended.finally(() => rmSync(bundle, { recursive: true, force: true }));
  const signal = (name: string): Promise<Ended> => collect(crun("kill", id, name)).ended;
  const stop = async (): Promise<Ended> => {
    await signal("TERM");
    const timer = setTimeout(() => void signal("KILL"), KILL_AFTER_MS);
    try {
      return await ended;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    ended,
    said: output.said,
    run: (...command) => collect(crun("exec", id, ...command)).ended,
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await signal("KILL");
      await ended;
    },
  };
}

/** One that ends by itself. */
export function runContainer(options: ContainerOptions): Promise<Ended> {
  return startContainer(options).ended;
}

function collect(child: ChildProcess): {
  readonly ended: Promise<Ended>;
  said(this: void): string;
} {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    ended: once(child, "close").then(() => ({ status: child.exitCode, stdout, stderr })),
    said: () => stdout + stderr,
  };
}

function toConfiguration(options: ContainerOptions): unknown {
  const { capabilities, environment = {}, pod, userId } = options;
  const granted = capabilities.map((name) => `CAP_${name}`);
  return {
    ociVersion: "1.0.2",
    process: {
      user: { uid: userId, gid: userId },
      args: options.command,
      cwd: "/",
      env: Object.entries({ PATH, ...environment }).map(([name, value]) => `${name}=${value}`),
      // As Kubernetes has it: nothing ambient, so that a user other than root has none of them.
      capabilities: {
        bounding: granted,
        permitted: userId === 0 ? granted : [],
        effective: userId === 0 ? granted : [],
        inheritable: [],
        ambient: [],
      },
      noNewPrivileges: true,
    },
    root: { path: options.rootFolder, readonly: options.isRootWritable !== true },
    mounts: [
      ...MOUNTS,
      ...toBinds(options.volumes, "rw"),
      ...toBinds(options.readOnlyVolumes, "ro"),
    ],
    linux: {
      namespaces: [
        ...Object.entries(pod.namespaces).map(([type, path]) => ({ type, path })),
        { type: "mount" },
        { type: "cgroup" },
      ],
      maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
  };
}

const MOUNTS = [
  { destination: "/proc", type: "proc", source: "proc" },
  { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
  { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "ro"] },
  { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "ro"] },
  { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=1777"] },
];

function toBinds(
  volumes: Readonly<Record<string, string>> | undefined,
  mode: "ro" | "rw",
): unknown[] {
  return Object.entries(volumes ?? {}).map(([destination, source]) => ({
    destination,
    type: "bind",
    source,
    options: ["rbind", mode],
  }));
}
