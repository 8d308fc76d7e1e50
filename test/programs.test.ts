import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "./support/build-program.ts";
import { compileC } from "./support/compile-c.ts";
import { requires } from "./support/requires.ts";
import { parseRecords, runProgram } from "./support/run-program.ts";

const { compiler, root } = requires;
const fixtures = join(import.meta.dirname, "fixtures/programs");
const isX64 = process.arch === "x64";
/** The same number on x64 and arm64. */
const ENOSYS = 38;
const hasIpv6 = networkInterfaces()["lo"]?.some(({ address }) => address === "::1") === true;

let directory = "";

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "programs-")));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!compiler.available)(`compiling${compiler.note}`, () => {
  test.for(readdirSync(fixtures).filter((name) => name.endsWith(".c")))("%s compiles", (file) => {
    const name = basename(file, ".c");
    expect(basename(buildProgram(name))).toBe(name);
  });

  test("a program is compiled again only when its content changed", () => {
    const source = join(directory, "one.c");
    const options = { cacheDirectory: join(directory, "cache"), includeDirectory: directory };
    writeFileSync(source, "int main(void) { return 0; }\n");
    const first = compileC(source, options);
    expect(compileC(source, options)).toBe(first);
    writeFileSync(source, "int main(void) { return 1; }\n");
    expect(compileC(source, options)).not.toBe(first);
  });

  test("processes that compile the same program at once all get a program that runs", async () => {
    const module = join(import.meta.dirname, "support/compile-c.ts");
    const source = join(directory, "raced.c");
    writeFileSync(source, "int main(void) { return 0; }\n");
    const script = `import { compileC } from ${JSON.stringify(module)};
      import { execFileSync } from "node:child_process";
      execFileSync(compileC(${JSON.stringify(source)}, { cacheDirectory: ${JSON.stringify(directory)}, includeDirectory: ${JSON.stringify(directory)} }));`;
    const compilers = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" }),
    );
    const statuses = await Promise.all(
      compilers.map(async (running): Promise<unknown> => (await once(running, "exit"))[0]),
    );
    expect(statuses).toEqual([0, 0, 0]);
  });

  test("an unknown program is refused by name", () => {
    expect(() => buildProgram("no-such-program")).toThrow(/no-such-program\.c/u);
  });
});

describe.skipIf(!compiler.available)(`files${compiler.note}`, () => {
  test.for([
    ["open"],
    ["openat"],
    ["openat2"],
    ["dirfd"],
    ["chdir"],
    ...(isX64 ? [["int80-open"], ["int80-openat"]] : []),
  ])("open-write %s makes the file", ([way = ""], { skip }) => {
    const path = join(directory, "made");
    const { records } = runProgram("open-write", way, path, "create", "write");
    const [record] = records;
    skip(record?.errno === ENOSYS && way.startsWith("int80"), "the kernel has no 32-bit calls");
    expect(record).toMatchObject({ did: "open", way, path, ok: true });
    expect(readFileSync(path, "utf8")).toBe("written\n");
  });

  test("change-file renames, links and deletes", () => {
    const [first, second, third] = ["first", "second", "third"].map((name) =>
      join(directory, name),
    );
    writeFileSync(first ?? "", "");
    for (const args of [
      ["renameat2", first, second],
      ["link", second, third],
      ["chmod", third, "755"],
      ["unlink", second],
    ]) {
      const words = args.filter((word) => word !== undefined);
      expect(runProgram("change-file", ...words)).toMatchObject({ status: 0 });
    }
    expect(readdirSync(directory)).toEqual(["third"]);
  });

  test.for(["plain", "worker", "polled"])(
    "io-uring %s makes, renames and deletes a file",
    (way, { skip }) => {
      const path = join(directory, "made");
      const opened = runProgram("io-uring", way, "openat", path);
      skip(opened.status === 3, "io_uring is switched off here");
      expect(opened).toMatchObject({
        status: 0,
        records: [{ did: "openat", first: path, ok: true }],
      });
      const renamed = join(directory, "renamed");
      expect(runProgram("io-uring", way, "renameat", path, renamed).status).toBe(0);
      expect(readdirSync(directory)).toEqual(["renamed"]);
      expect(runProgram("io-uring", way, "unlinkat", renamed).status).toBe(0);
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test.for([
    { levels: "200", name: "level", least: 1_200 },
    { levels: "19", name: "n".repeat(200), least: 3_800 },
  ])(
    "deep-path writes a path of more than $least bytes and cleans up",
    ({ levels, name, least }) => {
      const { records, status } = runProgram("deep-path", directory, levels, name);
      expect(status).toBe(0);
      expect(records[0]).toMatchObject({ did: "open", ok: true });
      expect(records[0]?.["bytes"]).toBeGreaterThan(least);
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test("odd-names keeps every byte of its names", () => {
    const { records } = runProgram("odd-names", directory, "/bin/true");
    const paths = new Set(records.map((record) => String(record["path"])));
    expect(paths).toContain(join(directory, "new\nline"));
    expect(paths).toContain(join(directory, "\u001B[31mred\u001B[0m"));
    expect(paths).toContain(`${directory}/\u00FF\u00FE\u0080`);
    expect(records.every((record) => record.ok === true)).toBe(true);
  });
});

describe.skipIf(!compiler.available)(`processes${compiler.note}`, () => {
  test.for(["fork", "vfork", "posix-spawn", "clone3"])("spawn by %s runs the program", (way) => {
    const { records } = runProgram("spawn", way, buildProgram("end"), "exit", "5");
    expect(records.map(({ did }) => did)).toEqual(["exit", "spawn"]);
    expect(records[1]).toMatchObject({ way, child: records[0]?.pid, status: 5 });
  });

  test("exec-memfd runs a program that has no file", () => {
    const link = runProgram("exec-memfd", "cloexec", "/bin/readlink", "/proc/self/exe");
    expect(link).toMatchObject({ status: 0, records: [{ did: "exec", ok: true }] });
    expect(link.stdout).toContain("/memfd:payload");
  });

  test("exec-deleted runs a program whose file is gone", () => {
    const copy = join(directory, "copy");
    expect(runProgram("exec-deleted", copy, buildProgram("end"), "exit", "4").status).toBe(4);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("exec-scripts runs a chain of four", () => {
    expect(runProgram("exec-scripts", directory, "4", "/bin/true")).toMatchObject({ status: 0 });
  });

  test.for(["relative", "descriptor", "absolute"])("exec-at runs a program %s", (way) => {
    expect(runProgram("exec-at", way, "/bin", "true").status).toBe(0);
  });

  test("exec-as changes argv[0] and adds to the environment", () => {
    const args = ["[kworker/0:1]", "LD_AUDIT=/none", "--", "/bin/cat", "/proc/self/environ"];
    const words = execFileSync(buildProgram("exec-as"), args, { encoding: "utf8", stdio: "pipe" });
    expect(words).toContain("LD_AUDIT=/none\0");
  });

  test("threads ends a process from its second thread", () => {
    expect(runProgram("threads", "leader-exits-first").status).toBe(7);
    expect(runProgram("threads", "exit-from-thread", "9").status).toBe(9);
    const executed = runProgram("threads", "exec-from-thread", buildProgram("end"), "exit", "3");
    expect(executed.status).toBe(3);
    expect(executed.records[1]?.pid).toBe(executed.pid);
  });

  test("daemonize leaves a grandchild that somebody else adopted", async () => {
    const starter = spawn(buildProgram("daemonize"), [], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    starter.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await once(starter, "exit");
    starter.stdin.end();
    await once(starter, "close");
    const records = parseRecords(output);
    expect(records.map(({ did }) => did)).toEqual(["setsid", "daemon", "daemon-end"]);
    expect([starter.pid, records[0]?.pid]).not.toContain(records[1]?.["parent"]);
  });

  test("fork-tree records every node once, each under its parent", () => {
    const { records } = runProgram("fork-tree", "3", "3");
    const pids = new Set(records.map(({ pid }) => pid));
    expect(pids.size).toBe(1 + 3 + 9 + 27);
    const inner = records.filter((record) => record["level"] !== 0);
    expect(inner.every((record) => pids.has(Number(record["parent"])))).toBe(true);
  });

  test("end ends as it was asked to", () => {
    expect(runProgram("end", "exit", "42")).toMatchObject({ status: 42, signal: null });
    expect(runProgram("end", "segfault")).toMatchObject({ status: null, signal: "SIGSEGV" });
    expect(runProgram("end", "signal", "10")).toMatchObject({ status: null, signal: "SIGUSR1" });
    expect(runProgram("end", "abort")).toMatchObject({ status: null, signal: "SIGABRT" });
  });

  test("long-args passes the longest argument and 5,000 of them", () => {
    expect(runProgram("long-args", "one", "131071", "/bin/true").status).toBe(0);
    expect(runProgram("long-args", "one", "131072", "/bin/true").status).toBe(126);
    expect(runProgram("long-args", "many", "5000", "/bin/true").status).toBe(0);
  });

  test.for(["prctl", "comm", "title"])("set-name takes another name by %s", async (way) => {
    const program = spawn(buildProgram("set-name"), [way, "innocent"], { stdio: "pipe" });
    await once(program.stdout, "data");
    const file = way === "title" ? "cmdline" : "comm";
    expect(readFileSync(`/proc/${program.pid}/${file}`, "utf8")).toMatch(/^innocent/u);
    program.stdin.end();
    await once(program, "exit");
  });
});

describe.skipIf(!compiler.available)(`sockets${compiler.note}`, () => {
  const addresses = ["127.0.0.1", ...(hasIpv6 ? ["::1", "::ffff:127.0.0.1"] : [])];
  test.for(addresses)("connect-tcp connects to %s", async (ip) => {
    const server = createServer();
    server.listen(0, ip.startsWith("::f") ? "127.0.0.1" : ip);
    await once(server, "listening");
    const port = portOf(server);
    const { records } = runProgram("connect-tcp", ip, String(port), "blocking", "3");
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({ did: "connect", ip, port, ok: true, errno: 0 });
    server.close();
  });

  test("connect-tcp says that a connection was refused", () => {
    expect(runProgram("connect-tcp", "127.0.0.1", "1").records).toMatchObject([
      { ok: false, errno: 111 },
    ]);
  });

  test.for(["connect", "sendto", "sendmsg", "sendmmsg"])("send-udp sends by %s", (way) => {
    const { records } = runProgram("send-udp", way, "127.0.0.1", "9", "2");
    expect(records).toMatchObject([
      { way, ok: true },
      { way, ok: true },
    ]);
  });

  test("connect-unix reaches a path and an abstract name", async () => {
    for (const name of [join(directory, "socket"), `@${basename(directory)}`]) {
      const server = createServer();
      server.listen(name.replace("@", "\0"));
      await once(server, "listening");
      expect(runProgram("connect-unix", "stream", name).records).toMatchObject([
        { did: "connect", path: name, ok: true },
      ]);
      server.close();
    }
  });
});

describe.skipIf(!compiler.available)(`what needs privilege${compiler.note}`, () => {
  test.skipIf(!root.available).for(["unshare", "mount", "unmount", "pivot-root", "chroot"])(
    `namespaces %s succeeds and leaves nothing mounted${root.note}`,
    (deed) => {
      expect(runProgram("namespaces", deed, directory).status).toBe(0);
      // Other tests mount theirs meanwhile.
      expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(directory);
    },
  );

  test.for(["mem", "maps", "environ", "seize", "attach", "process-vm-readv"])(
    "memory-access %s reaches a process of the same user, or says why not",
    async (method) => {
      const target = spawn(buildProgram("wait"), [], { stdio: "pipe" });
      await once(target.stdout, "data");
      const { records, status } = runProgram("memory-access", method, String(target.pid));
      expect(status).toBe(0);
      expect(records).toMatchObject([{ did: method, target: target.pid }]);
      target.stdin.end();
      expect((await once(target, "exit"))[0]).toBe(0);
    },
  );

  test("send-signal ends a process by every way", async () => {
    for (const way of ["kill", "tgkill", "tkill", "pidfd", "queue"]) {
      const target = spawn(buildProgram("wait"), [], { stdio: "pipe" });
      await once(target.stdout, "data");
      expect(runProgram("send-signal", way, String(target.pid), "15").status).toBe(0);
      expect((await once(target, "exit"))[1]).toBe("SIGTERM");
    }
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP server");
  return address.port;
}
