import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory that looks like /proc as far as the sensor reads it, so that it can hold what no real process would. */
export interface FixtureProc extends Disposable {
  readonly root: string;
  put(process: FixtureProcess): void;
  remove(pid: number): void;
  /** The lines of a file under net/ that follow its heading. */
  putNetwork(file: string, lines: readonly string[]): void;
}

export interface FixtureProcess {
  readonly pid: number;
  readonly parentPid?: number;
  readonly processGroup?: number;
  readonly session?: number;
  readonly startTicks?: number;
  readonly comm?: string;
  readonly state?: string;
  readonly threads?: number;
  readonly flags?: number;
  /** Where the stack lies; another number is another program. 0: hidden from us. */
  readonly stack?: number;
  readonly args?: readonly string[];
  readonly executable?: string;
  readonly environment?: readonly string[];
  readonly userId?: number;
  readonly pidNamespace?: number;
  readonly sockets?: readonly number[];
  /** Files to leave out. */
  readonly without?: readonly string[];
}

export function createFixtureProc(): FixtureProc {
  const root = mkdtempSync(join(tmpdir(), "runner-guard-proc-"));
  mkdirSync(join(root, "net"));
  const remove = (pid: number): void =>
    rmSync(join(root, String(pid)), { recursive: true, force: true });
  return {
    root,
    remove,
    put(process) {
      remove(process.pid);
      writeProcess(join(root, String(process.pid)), process);
    },
    putNetwork: (file, lines) =>
      writeFileSync(join(root, "net", file), ["heading", ...lines, ""].join("\n")),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function toStatLine(process: FixtureProcess): string {
  const {
    pid,
    comm = "program",
    state = "S",
    parentPid = 1,
    startTicks = 100,
    stack = pid,
  } = process;
  const fields = Array.from({ length: 50 }, () => "0");
  fields[0] = state;
  fields[1] = String(parentPid);
  fields[2] = String(process.processGroup ?? 1);
  fields[3] = String(process.session ?? 1);
  fields[6] = String(process.flags ?? 0);
  fields[17] = String(process.threads ?? 1);
  fields[19] = String(startTicks);
  fields[25] = String(stack);
  return `${pid} (${comm}) ${fields.join(" ")}\n`;
}

function writeProcess(directory: string, process: FixtureProcess): void {
  const {
    args = ["program"],
    executable = "/usr/bin/program",
    environment = [],
    userId = 1000,
  } = process;
  const without = process.without ?? [];
  mkdirSync(join(directory, "fd"), { recursive: true });
  mkdirSync(join(directory, "ns"));
  const files = {
    stat: toStatLine(process),
    cmdline: args.map((arg) => `${arg}\0`).join(""),
    environ: environment.map((entry) => `${entry}\0`).join(""),
    status: `Name:\tx\nUid:\t${userId}\t0\t0\t0\nGid:\t${userId}\t0\t0\t0\nNSpid:\t${process.pid}\t7\n`,
    cgroup: "0::/job\n",
  };
  for (const [name, text] of Object.entries(files)) {
    if (!without.includes(name)) writeFileSync(join(directory, name), text);
  }
  if (!without.includes("exe")) symlinkSync(executable, join(directory, "exe"));
  symlinkSync(`pid:[${process.pidNamespace ?? 1}]`, join(directory, "ns", "pid"));
  symlinkSync("/workspace", join(directory, "cwd"));
  symlinkSync("/dev/null", join(directory, "fd", "0"));
  symlinkSync("pipe:[11]", join(directory, "fd", "1"));
  for (const [index, inode] of (process.sockets ?? []).entries()) {
    symlinkSync(`socket:[${inode}]`, join(directory, "fd", String(index + 3)));
  }
}

/** A line of /proc/net/tcp and the like. */
export function toSocketLine(socket: {
  local?: string;
  remote?: string;
  state?: string;
  inode: number;
}): string {
  const { local = "0100007F:9C40", remote = "0100007F:1F90", state = "01", inode } = socket;
  return `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
}
