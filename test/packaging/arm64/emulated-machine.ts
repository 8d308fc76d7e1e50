/** A machine for arm64, emulated as a whole: Debian's kernel, a shell, Node.js, and the agent as it is released. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where `npm run test:arm64` has put what it brought. */
export interface Brought {
  /** Has folders `emulator` and `system`. */
  readonly machine: string;
  /** Its `lib` has the libraries of C and C++. */
  readonly system: string;
  readonly node: string;
}

export interface Machine {
  readonly guard: string;
  /** Put into its root, by their names. */
  readonly programs: Readonly<Record<string, string>>;
  /** For its shell, in /work. */
  readonly script: string;
}

/** Of one that hangs. An idle one takes half a minute. */
const LIMIT_MS = 900_000;
const LIBRARY_FOLDER = "usr/lib/aarch64-linux-gnu";
const FOLDERS = ["bin", "dev", "etc", "lib", "mnt", "proc", "root", "sys", "tmp", "work"];
/** Drivers for what it stands on are in the kernel. Processors that run programs for 32-bit ARM too. */
const HARDWARE = ["-machine", "virt", "-cpu", "cortex-a57", "-smp", "2", "-m", "1536"];

const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root LD_LIBRARY_PATH=/${LIBRARY_FOLDER}
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t tracefs trace /sys/kernel/tracing
ln -s /proc/self/fd /dev/fd
ip link set lo up
cd /work
. /script
poweroff -f
`;

/** Boots, runs the script and switches off. What was written to its console, without carriage returns. */
export function runMachine(brought: Brought, machine: Machine): string {
  const work = mkdtempSync(join(tmpdir(), "arm64-machine-"));
  try {
    const image = makeImage(join(work, "root"), brought, machine, join(work, "image"));
    return boot(brought, image);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function makeImage(root: string, brought: Brought, machine: Machine, image: string): string {
  for (const folder of [...FOLDERS, LIBRARY_FOLDER])
    mkdirSync(join(root, folder), { recursive: true });
  const system = join(brought.machine, "system");
  copyFileSync(join(system, "bin/busybox"), join(root, "bin/busybox"));
  for (const folder of [
    join(system, LIBRARY_FOLDER),
    join(system, "lib/aarch64-linux-gnu"),
    join(brought.system, "lib"),
  ]) {
    // Links become what they lead to, which cpSync does not do below a folder.
    execFileSync("cp", ["-rLT", folder, join(root, LIBRARY_FOLDER)]);
  }
  symlinkSync(`/${LIBRARY_FOLDER}/ld-linux-aarch64.so.1`, join(root, "lib/ld-linux-aarch64.so.1"));
  copyFileSync(brought.node, join(root, "bin/node"));
  cpSync(machine.guard, join(root, "guard"), { recursive: true });
  writeFileSync(join(root, "init"), INIT);
  writeFileSync(join(root, "script"), machine.script);
  for (const [name, path] of Object.entries(machine.programs)) copyFileSync(path, join(root, name));
  for (const name of ["init", "bin/busybox", "bin/node", ...Object.keys(machine.programs)])
    chmodSync(join(root, name), 0o755);
  const names = execFileSync("find", [".", "-print0"], { cwd: root, maxBuffer: 1 << 24 });
  const cpio = join(brought.machine, "emulator/bin/cpio");
  execFileSync(cpio, ["--null", "--create", "--quiet", "--format=newc"], {
    cwd: root,
    input: names,
    stdio: ["pipe", openSync(image, "w"), "inherit"],
  });
  return image;
}

function boot({ machine }: Brought, image: string): string {
  const emulator = join(machine, "emulator");
  const kernels = join(machine, "system/boot");
  const kernel = readdirSync(kernels).find((name) => name.startsWith("vmlinuz-")) ?? "";
  const program = join(emulator, "usr/bin/qemu-system-aarch64");
  const data = ["-L", join(emulator, "usr/share/qemu")];
  const console = ["-nographic", "-no-reboot", "-nic", "none"];
  const start = ["-kernel", join(kernels, kernel), "-initrd", image];
  const parameters = ["-append", "console=ttyAMA0 quiet panic=-1"];
  const { stdout } = spawnSync(
    program,
    [...data, ...HARDWARE, ...console, ...start, ...parameters],
    {
      env: {
        LD_LIBRARY_PATH: ["usr/lib", "lib"]
          .map((folder) => join(emulator, folder, "x86_64-linux-gnu"))
          .join(":"),
      },
      encoding: "utf8",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 1 << 26,
    },
  );
  return stdout.replaceAll("\r", "");
}
