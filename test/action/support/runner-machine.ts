/** A machine of the little internet that is a runner of GitHub's: a user who may become root, and a make-believe listener and worker. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { Machine } from "../../support/internet/internet.ts";

export interface Phase {
  readonly step: string;
  readonly phase: "pre" | "main" | "post";
  /** Of its end: the status, or the signal's name. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

interface ActionStep {
  readonly id: string;
  readonly uses: Readonly<Partial<Record<"pre" | "main" | "post", readonly string[]>>>;
  readonly with?: Readonly<Record<string, string>>;
  /** What `post` gets in the place of what the phases before had noted. */
  readonly stateAtEnd?: Readonly<Record<string, string>>;
}

interface RunStep {
  readonly id: string;
  /** For sh. */
  readonly run: string;
  /** The job is cancelled when the step says this. */
  readonly cancelAt?: string;
}

export type StepSpec = ActionStep | RunStep;

export interface JobSpec {
  readonly folder: string;
  /** The runner's `_diag`. */
  readonly diagnostics: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly steps: readonly StepSpec[];
}

export interface RunnerMachine extends AsyncDisposable {
  /** Becomes root by sudo where nothing else is said. */
  job(steps: readonly StepSpec[], options?: JobOptions): Promise<readonly Phase[]>;
  /** What a guard without root leaves: below /tmp, which all machines of the tests have in common. */
  readonly userPlaces: string;
  /** As root, beside the job. */
  shell(script: string): Promise<string>;
}

export interface RunnerMachineOptions {
  readonly hasSudo?: boolean;
  /** The machine is the container of a job with `container:`: its steps are root there as far as Docker lets them, and its runner is outside. */
  readonly isContainer?: boolean;
}

export interface JobOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

/** Of each machine its own, for a guard without root is found by its user. */
const FIRST_USER = 1_000_000;
const USERS_OF_PROCESS = 64;
let machines = 0;
/** What Docker leaves to a container of its own accord. */
const CAPABILITIES =
  "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap";
const AS_CONTAINER = ["setpriv", `--bounding-set=${CAPABILITIES}`, "--inh-caps=-all"];
const WORKER = join(import.meta.dirname, "worker.mjs");
const BUILD = "scripts/build-action.mjs";
const CHECKOUT = resolve(import.meta.dirname, "../../..");

/** The action as it is released, in a folder. */
export interface BuiltAction extends Disposable {
  uses(id: string, inputs: Readonly<Record<string, string>>): ActionStep;
}

export function buildAction(): BuiltAction {
  const folder = mkdtempSync(join(tmpdir(), "built-action-"));
  chmodSync(folder, 0o755);
  execFileSync(process.execPath, [BUILD, "--output", folder], { cwd: CHECKOUT, stdio: "pipe" });
  const toCommand = (phase: string) => [process.execPath, join(folder, `action/${phase}.mjs`)];
  const uses = { pre: toCommand("pre"), main: toCommand("main"), post: toCommand("post") };
  return {
    uses: (id, inputs) => ({ id, uses, with: inputs }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function createRunnerMachine(
  machine: Machine,
  { hasSudo = true, isContainer = false }: RunnerMachineOptions = {},
): Promise<RunnerMachine> {
  const { folder } = machine;
  const home = join(folder, "runner");
  const user = FIRST_USER + process.pid * USERS_OF_PROCESS + (machines % USERS_OF_PROCESS);
  machines += 1;
  const asRunner = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"];
  const userPlaces = `/tmp/runner-guard-${user} /tmp/runner-guard-action-${user}`;
  let jobs = 0;
  const diagnostics = join(home, "_diag");
  for (const path of [home, join(home, "bin"), diagnostics, join(diagnostics, "pages")]) {
    mkdirSync(path);
    chownSync(path, user, user);
  }
  for (const name of ["Runner.Listener", "Runner.Worker"]) {
    // Node.js would give itself another name.
    copyFileSync("/bin/bash", join(home, "bin", name));
  }
  const sudoers = hasSudo ? "runner ALL=(ALL) NOPASSWD: ALL" : "";
  await toShell(machine, SETUP, { FOLDER: folder, SUDOERS: sudoers, RUNNER: String(user) });
  return {
    userPlaces,
    async [Symbol.asyncDispose]() {
      await toShell(machine, `rm -rf ${userPlaces}`);
    },
    shell: (script) => toShell(machine, script),
    async job(steps, { environment = {} } = {}) {
      jobs += 1;
      const work = join(home, `job-${jobs}`);
      const workspace = join(work, "workspace");
      for (const path of [work, workspace, join(work, "temp")]) {
        mkdirSync(path);
        chownSync(path, user, user);
      }
      const spec: JobSpec = {
        folder: work,
        diagnostics,
        workspace,
        steps,
        environment: { ...toVariables(work, workspace), ...environment },
      };
      const [given, told] = [join(work, "job.json"), join(work, "told.json")];
      writeFileSync(given, JSON.stringify(spec));
      const [listener, worker] = ["Listener", "Worker"].map((name) =>
        join(home, "bin", `Runner.${name}`),
      );
      const going = [process.execPath, WORKER, given, told];
      const ended = await machine.run(
        isContainer
          ? [...AS_CONTAINER, ...going]
          : [...asRunner, listener ?? "", "-c", RUN, worker ?? "", ...going],
        { env: { HOME: home, PATH: process.env["PATH"] ?? "" } },
      );
      if (ended.status !== 0)
        throw new Error(`the runner ended with ${ended.status}: ${ended.stderr}`);
      return JSON.parse(readFileSync(told, "utf8"));
    },
  };
}

/** The listener waits for its worker, and that for what goes through the job. */
const RUN = '"$0" -c \'"$0" "$@"; exit\' "$@"; exit';

function toVariables(work: string, workspace: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: work,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: "org/project",
    GITHUB_WORKFLOW: "build",
    GITHUB_JOB: "test",
    GITHUB_RUN_ID: "4711",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_REF: "refs/heads/main",
    GITHUB_SHA: "0".repeat(40),
    GITHUB_EVENT_NAME: "push",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_API_URL: "https://api.github.com",
    RUNNER_TEMP: join(work, "temp"),
    RUNNER_TRACKING_ID: "github_0000",
  };
}

/** Not all of /etc: the machine's resolv.conf and hosts are its own already. */
const SETUP = `
set -e
mount -t tmpfs run /run; mount -t tmpfs lib /var/lib; mount -t tmpfs layers /mnt
# Its permissions change while sudo is taken from the job.
mkdir /mnt/usr /mnt/work; mount -t overlay overlay -o lowerdir=/usr,upperdir=/mnt/usr,workdir=/mnt/work /usr
mkdir "$FOLDER/etc"
for name in passwd group shadow; do cp -p "/etc/$name" "$FOLDER/etc/$name"; done
echo "runner:x:$RUNNER:$RUNNER::/tmp:/bin/sh" >> "$FOLDER/etc/passwd"
echo 'runner:*:19000:0:99999:7:::' >> "$FOLDER/etc/shadow"
echo "runner:x:$RUNNER:" >> "$FOLDER/etc/group"
for name in passwd group shadow; do mount --bind "$FOLDER/etc/$name" "/etc/$name"; done
mkdir "$FOLDER/sudoers.d"
echo "$SUDOERS" > "$FOLDER/sudoers.d/runner"; chmod 440 "$FOLDER/sudoers.d/runner"
mount --bind "$FOLDER/sudoers.d" /etc/sudoers.d
`;

async function toShell(
  machine: Machine,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await machine.run(["sh", "-c", script], { env });
  if (status !== 0) throw new Error(`${script} (${status}): ${stderr}`);
  return stdout;
}
