/** A machine of namespaces whose first process is systemd, with the units of deploy/systemd. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const CHECKOUT = join(import.meta.dirname, "../../..");
const BOOT = join(import.meta.dirname, "boot-systemd.sh");
const NAMESPACES = ["--pid", "--mount", "--net", "--cgroup", "--uts", "--ipc"];
/** For what hangs. */
const SECONDS = 300;
const COMMAND_MS = 30_000;
/** systemctl hangs where it asks too early. */
const ASK_MS = 2_000;

export class SystemdMachine implements AsyncDisposable {
  readonly #cgroup: string;
  readonly #booted: ChildProcess;
  #init = 0;

  /** `settings` is what is in /etc/runner-guard there. */
  constructor(settings: string) {
    this.#cgroup = join(findCgroupRoot(), `systemd-machine-${process.pid}`);
    mkdirSync(this.#cgroup);
    const unshare = ["unshare", ...NAMESPACES, "--fork", "--mount-proc", "--kill-child"];
    this.#booted = spawn(
      "sh",
      [
        "-c",
        'echo $$ >"$0/cgroup.procs"; exec timeout -s KILL "$@"',
        this.#cgroup,
        String(SECONDS),
        ...unshare,
        BOOT,
        CHECKOUT,
        settings,
      ],
      { stdio: "ignore" },
    );
  }

  async boot(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      this.#init = childOf(childOf(this.#booted.pid ?? 0));
      if (
        this.#init > 0 &&
        this.run(["systemctl", "is-active", "only.target"], ASK_MS).status === 0
      )
        return;
      await sleep(100);
    }
    throw new Error("systemd did not come up");
  }

  /** As root, on that machine. */
  run(command: readonly string[], timeout = COMMAND_MS) {
    const enter = ["-t", String(this.#init), "-p", "-m", "-n", "-C", "--"];
    const { status, stdout, stderr } = spawnSync("nsenter", [...enter, ...command], {
      encoding: "utf8",
      timeout,
      killSignal: "SIGKILL",
    });
    return { status, stdout, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#booted, "exit");
    if (this.#init > 0) process.kill(this.#init, "SIGKILL");
    else this.#booted.kill("SIGKILL");
    await ended;
    await removeCgroups(this.#cgroup);
  }
}

function childOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ")[0]);
  } catch {
    return 0;
  }
}

function findCgroupRoot(): string {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1] ?? "";
}

/** The kernel takes its time to let the last process of one go. */
async function removeCgroups(path: string): Promise<void> {
  for (const { name } of readdirSync(path, { withFileTypes: true }).filter((it) =>
    it.isDirectory(),
  )) {
    await removeCgroups(join(path, name));
  }
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      if (tries > 50) throw error;
      await sleep(20);
    }
  }
}
