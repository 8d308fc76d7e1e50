import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { AgentError } from "../../../agent/errors.ts";
import { loadPolicy } from "../../../agent/policy/load-policy.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "load-policy-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test("a policy file is read, and messages give its path", () => {
  const path = write("good.yml", 'version: 1\negress: { allow: ["*"] }\n');

  const { policy, warnings } = loadPolicy(path);

  expect(policy.egress?.allow).toEqual(["*"]);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining(`${path}:2:19: warning: `),
  ]);
});

test("a policy through a symbolic link is read", () => {
  const link = join(directory, "link.yml");
  symlinkSync(write("target.yml", "version: 1\n"), link);

  expect(loadPolicy(link).policy.version).toBe(1);
});

test.each([
  { name: "missing.yml", says: "does not exist: check the path", make: () => {} },
  { name: "directory", says: "is a directory", make: (path: string) => mkdirSync(path) },
  { name: "fifo", says: "is a pipe", make: (path: string) => execFileSync("mkfifo", [path]) },
  { name: "loop", says: "leads back to itself", make: (path: string) => symlinkSync(path, path) },
  {
    name: "binary",
    says: "NUL byte at offset 3",
    make: (path: string) => writeFileSync(path, "ver\0"),
  },
  {
    name: "latin1",
    says: "is not UTF-8",
    make: (path: string) => writeFileSync(path, Buffer.of(0x61, 0xe4, 0x0a)),
  },
  {
    name: "utf16",
    says: "is UTF-16: save it as UTF-8",
    make: (path: string) => writeFileSync(path, "\ufeffversion: 1", "utf16le"),
  },
  {
    name: "empty",
    says: "is empty: write version: 1",
    make: (path: string) => writeFileSync(path, ""),
  },
  {
    name: "large",
    says: "is larger than 1 MiB",
    make: (path: string) => writeFileSync(path, "#".repeat(1_048_577)),
  },
  { name: "n".repeat(300), says: "longer than the system allows", make: () => {} },
])("$name: $says", ({ name, says, make }) => {
  const path = join(directory, name);
  make(path);

  expect(refusalOf(path)).toContain(says);
});

test("a file of a terabyte is refused without reading it", () => {
  const path = write("sparse", "");
  truncateSync(path, 2 ** 40);

  expect(refusalOf(path)).toContain("is larger than 1 MiB (1099511627776 bytes");
});

test("a file that grows without end is refused, and one of size 0 in /proc is read", () => {
  expect(refusalOf("/dev/zero")).toContain("is a device");
  expect(refusalOf("/proc/self/status")).toContain("/proc/self/status:1:1: ");
});

test("a socket is refused", async () => {
  const path = join(directory, "socket");
  await using server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });

  expect(refusalOf(path)).toContain("is a socket");
});

test("a path below a file, and none at all, are refused", () => {
  expect(refusalOf(join(write("file", ""), "policy.yml"))).toContain(
    "a part of its path is a file",
  );
  expect(refusalOf("")).toContain("has an empty name");
});

test("a file that this user may not read is refused", () => {
  const path = write("secret.yml", "version: 1\n");
  chmodSync(path, 0);

  expect(asOrdinaryUser(() => refusalOf(path))).toContain("may not be read by this user");
});

test("a hostile file name is inert", () => {
  expect(refusalOf("/nowhere/a\n::error::b\u001b[2J")).not.toMatch(/\p{Cc}/u);
});

/** Root may read everything, so it steps down for the length of the call. */
function asOrdinaryUser<T>(action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function refusalOf(path: string): string {
  try {
    loadPolicy(path);
  } catch (error) {
    if (error instanceof AgentError && error.code === "policy-invalid") return error.message;
    throw error;
  }
  throw new Error("the policy was accepted");
}
