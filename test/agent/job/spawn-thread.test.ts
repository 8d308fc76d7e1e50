/** Started from a thread of its own, the command is what it would be without: but for what is withheld. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startCommand, type StartOptions } from "../../../agent/job/guarded-command.ts";
import { createSpawnThread } from "../../../agent/job/spawn-thread.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const searchPath = "/usr/bin:/bin";
const BOTH_RIGHTS = 0x3000n;
const STATE = [
  "cat /proc/self/status | grep -vE '^(Name|Pid|Tgid|NSpid|NStgid|PPid|Cap|Vm|Rss|SigQ|.*ctxt|HugetlbPages|Speculation)'",
  "cat /proc/self/limits /proc/self/cgroup /proc/self/timerslack_ns",
  "sed 's/.*) //' /proc/self/stat | cut -d' ' -f1,3-6,16,17,36,38",
  'umask; nice; ulimit -a; tty; pwd; env; echo "$@"; ls /proc/self/fd | head -20',
].join("; ");
let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spawn-thread-"));
  out = join(folder, "out");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: readonly string[], options: StartOptions = {}) {
  const { exited } = await startCommand(command, { searchPath, ...options });
  return exited;
}

function inheritance(overrides: Partial<NonNullable<StartOptions["inheritance"]>> = {}) {
  return {
    environment: [Buffer.from("PATH=/usr/bin:/bin"), Buffer.from([0x58, 0x3d, 0xff, 0xfe])],
    args: [],
    descriptors: [0, 1, 2],
    ignoredSignals: [],
    blockedSignals: [10, 12],
    maxOpenFiles: 777n,
    ...overrides,
  };
}

describe.skipIf(!root.available)(`a command from a thread of its own${root.note}`, () => {
  test("has neither right, and the guard keeps both", async () => {
    await using thread = await createSpawnThread();
    const before = readCapabilities("/proc/self/status");
    const withholds = { capabilities: ["NET_ADMIN", "NET_RAW"] as const, thread };
    await run(["sh", "-c", `grep ^Cap /proc/self/status > ${out}`], { withholds });

    expect(readCapabilities(out)).toEqual(before.map((mask) => mask & ~BOTH_RIGHTS));
    expect(readCapabilities("/proc/self/status")).toEqual(before);
  });

  test("does not get them back by a namespace of its own, where they are for nobody else", async () => {
    await using thread = await createSpawnThread();
    const withholds = { capabilities: ["NET_ADMIN"] as const, thread };
    const add = "unshare -U -r ip link add spawn-thread type dummy";
    const exit = await run(["sh", "-c", `${add} 2> ${out}`], { withholds });

    expect(exit.exitCode).not.toBe(0);
    expect(readFileSync(out, "utf8")).toContain("not permitted");
  });

  test("has signals, limits, groups, descriptors and bytes as one from the guard's own", async () => {
    const command = ["sh", "-c", `{ ${STATE}; } > ${out} 2>&1`, "sh", "ü \u0001 '"];
    await run(command, { inheritance: inheritance() });
    const plain = readFileSync(out, "latin1");
    await using thread = await createSpawnThread();
    await run(command, { inheritance: inheritance(), withholds: { capabilities: [], thread } });

    expect(plain).toContain("777");
    expect(readFileSync(out, "latin1")).toBe(plain);
  });

  test("is taken for a shell script where it is no program", async () => {
    const script = join(folder, "script");
    writeFileSync(script, `echo "$0 $1" > ${out}\n`);
    chmodSync(script, 0o755);
    await using thread = await createSpawnThread();
    const withholds = { capabilities: ["NET_ADMIN"] as const, thread };

    expect(await run([script, "one"], { withholds })).toEqual({ exitCode: 0, signal: null });
    expect(readFileSync(out, "utf8")).toBe(`${script} one\n`);
  });

  test("is not started where something keeps the right from being withheld", async () => {
    await using thread = await createSpawnThread();
    const unable = { ...thread, withhold: () => false };
    const withholds = { capabilities: ["NET_ADMIN"] as const, thread: unable };

    await expect(startCommand(["touch", out], { searchPath, withholds })).rejects.toMatchObject({
      code: "requirement-unmet",
    });
    expect(existsSync(out)).toBe(false);
  });

  test("that cannot be started is refused with the same reason", async () => {
    const interpreter = join(folder, "script");
    writeFileSync(interpreter, "#!/no/such/interpreter\n");
    chmodSync(interpreter, 0o755);
    await using thread = await createSpawnThread();
    const withholds = { capabilities: [], thread };

    await expect(startCommand([interpreter], { withholds })).rejects.toMatchObject({
      code: "command-not-found",
    });
  });

  test("lives when it has asked to end with its parent", async () => {
    await using thread = await createSpawnThread();
    const withholds = { capabilities: ["NET_RAW"] as const, thread };
    const exit = await run(["setpriv", "--pdeathsig", "KILL", "sleep", "0.2"], { withholds });

    expect(exit).toEqual({ exitCode: 0, signal: null });
  });
});

function readCapabilities(path: string): bigint[] {
  const text = readFileSync(path, "latin1");
  return [...text.matchAll(/^Cap(?:Prm|Eff|Bnd):\s*([0-9a-f]+)$/gm)].map(([, mask]) =>
    BigInt(`0x${mask}`),
  );
}
