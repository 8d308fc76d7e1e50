import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { requires, SHELLCHECK } from "../support/requires.ts";

const SCRIPT = join(import.meta.dirname, "../../deploy/vm/install.sh");
const { root, shellcheck } = requires;
let folder: string;
let prefix: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "install-"));
  prefix = join(folder, "opt");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!shellcheck.available)(
  `shellcheck finds nothing in scripts that are shipped${shellcheck.note}`,
  () => {
    const program = existsSync(SHELLCHECK) ? SHELLCHECK : "shellcheck";
    const scripts = globSync(join(import.meta.dirname, "../../deploy/**/*.sh"));
    const { status, stdout } = spawnSync(program, ["--shell=sh", ...scripts], { encoding: "utf8" });

    expect(scripts).toContain(SCRIPT);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  },
);

describe.skipIf(!root.available)(`install.sh${root.note}`, () => {
  test("a release is installed as root's, with a link, and again without a change", () => {
    const archive = pack("1.2.0");
    const first = install(archive);
    const made = lstatSync(join(prefix, "runner-guard-1.2.0/bin/runner-guard"));
    const second = install(archive);

    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(second.stdout).toContain("runner-guard-1.2.0 is there already, and whole");
    expect(readlinkSync(join(prefix, "runner-guard"))).toBe("runner-guard-1.2.0");
    expect(made).toMatchObject({ uid: 0, gid: 0, mode: 0o100755 });
    expect(lstatSync(join(prefix, "runner-guard-1.2.0/bin/runner-guard")).ino).toBe(made.ino);
    expect(left()).toEqual(["runner-guard", "runner-guard-1.2.0"]);
  });

  test("an upgrade moves the link, keeps the version before and its Node.js, and uninstalling takes all of it", () => {
    const node = join(folder, "node");
    writeFileSync(node, "#!/bin/sh\n");
    expect(install(pack("1.2.0"), "--node", node).status).toBe(0);
    expect(install(pack("1.3.0-rc.1+a")).status).toBe(0);

    expect(readlinkSync(join(prefix, "runner-guard"))).toBe("runner-guard-1.3.0-rc.1+a");
    expect(existsSync(join(prefix, "runner-guard/.node24/node"))).toBe(true);
    expect(left()).toHaveLength(3);
    mkdirSync(join(prefix, "runner-guard-of-somebody-else"));
    expect(run("--uninstall", "1.2.0").stdout).toContain("runner-guard-1.2.0 removed");
    expect(readlinkSync(join(prefix, "runner-guard"))).toBe("runner-guard-1.3.0-rc.1+a");
    expect(run("--uninstall").status).toBe(0);
    expect(readdirSync(prefix)).toEqual(["runner-guard-of-somebody-else"]);
    expect(run("--uninstall").stdout).toContain("nothing of runner-guard is in");
  });

  test("a directory that others can write to is refused, with what mends it", () => {
    mkdirSync(prefix);
    chmodSync(prefix, 0o777);
    const { status, stderr } = install(pack("1.2.0"));

    expect(status).toBe(1);
    expect(stderr).toContain(`: chown root:root ${prefix} && chmod go-w ${prefix}\n`);
    expect(readdirSync(prefix)).toEqual([]);
  });

  test("what was changed after it was installed is put right", () => {
    const archive = pack("1.2.0");
    install(archive);
    appendFileSync(join(prefix, "runner-guard-1.2.0/bin/runner-guard"), "echo more\n");
    const changed = install(archive);
    chmodSync(join(prefix, "runner-guard-1.2.0/manifest.json"), 0o666);
    const opened = install(archive);

    expect([changed.stdout, opened.stdout]).toEqual([
      expect.stringContaining("has been replaced"),
      expect.stringContaining("has been replaced"),
    ]);
    expect(install(archive).stdout).toContain("whole");
  });

  test.each([
    {
      what: "another sum",
      args: (archive: string) => ["--sha256", "0".repeat(64), archive],
      says: "is not what it should be",
    },
    {
      what: "sums without it",
      args: (archive: string) => [
        "--sums",
        write("sums", `${"a".repeat(64)}  other.tar.gz\n`),
        archive,
      ],
      says: "SHA256SUMS has no sum of runner-guard-1.2.0.tar.gz",
    },
    {
      what: "two sums of it",
      args: (archive: string) => [
        "--sums",
        write("sums", `${"a".repeat(64)}  runner-guard-1.2.0.tar.gz\n`.repeat(2)),
        archive,
      ],
      says: "something else than one SHA-256",
    },
    {
      what: "no sums",
      args: (archive: string) => {
        rmSync(join(folder, "SHA256SUMS"));
        return [archive];
      },
      says: /there is no file \S+SHA256SUMS; --sums FILE says where .*, --sha256 SUM what it has for/,
    },
    {
      what: "an older Node.js",
      args: (archive: string) => {
        const node = write("node20", "#!/bin/sh\necho v20.19.4\n");
        chmodSync(node, 0o755);
        return ["--node", node, archive];
      },
      says: /^install\.sh: \S+node20 is Node\.js v20\.19\.4, and the guard needs Node\.js 24 or newer: --node FILE [^\n]+\n$/,
    },
    {
      what: "an address without TLS",
      args: () => ["http://example.org/runner-guard-1.2.0.tar.gz"],
      says: "must begin with https://",
    },
    {
      what: "another name",
      args: () => ["guard.tar.gz"],
      says: "must be called runner-guard-VERSION",
    },
    {
      what: "a name that leads elsewhere",
      args: () => ["runner-guard-1 .tar.gz"],
      says: "is no version",
    },
    { what: "no archive", args: () => [], says: "no archive was given" },
    {
      what: "an option that there is not",
      args: () => ["--purge"],
      says: "there is no option --purge",
    },
  ])("$what: nothing is unpacked", ({ args, says }) => {
    const { status, stderr } = run(...args(pack("1.2.0")));

    expect(stderr).toMatch(says);
    expect([1, 2]).toContain(status);
    expect(left()).toEqual([]);
  });

  test.each([
    {
      what: "a path out of the folder",
      more: (at: string) => ["--transform", "s,^x$,../x,", write("x", ""), at],
      says: "holds something outside of runner-guard-1.2.0",
    },
    {
      what: "a path with .. in it",
      more: (at: string) => ["--transform", "s,^x$,runner-guard-1.2.0/../x,", write("x", ""), at],
      says: "holds a path with .. in it",
    },
    {
      what: "a link",
      more: (at: string) => {
        symlinkSync("/etc/passwd", join(folder, at, "link"));
        return [at];
      },
      says: "holds links or devices",
    },
    {
      what: "a program that does not start",
      more: (at: string) => {
        writeFileSync(join(folder, at, "bin/runner-guard"), "#!/bin/sh\nexit 3\n");
        return [at];
      },
      says: "what was unpacked does not start",
    },
    {
      what: "another version",
      more: (at: string) => {
        writeFileSync(join(folder, at, "bin/runner-guard"), "#!/bin/sh\necho runner-guard 9\n");
        return [at];
      },
      says: 'says that it is "runner-guard 9"',
    },
  ])("an archive with $what is refused, and what was there before stays", ({ more, says }) => {
    install(pack("1.1.0"));
    const at = prepare("1.2.0");
    const { status, stderr } = install(archiveOf("1.2.0", more(at)));

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(says) });
    expect(readlinkSync(join(prefix, "runner-guard"))).toBe("runner-guard-1.1.0");
    expect(left()).toEqual(["runner-guard", "runner-guard-1.1.0"]);
  });

  test("where there is no Node.js 24 it says which option gives one, and names no directory of its own", () => {
    const at = prepare("1.2.0");
    const says =
      "runner-guard: needs Node.js 24 or newer, and found none; install it, or put it at $0/node";
    writeFileSync(join(folder, at, "bin/runner-guard"), `#!/bin/sh\necho "${says}"\nexit 69\n`);
    const { status, stderr } = install(archiveOf("1.2.0", [at]));

    expect(status).toBe(1);
    expect(stderr).toBe(
      "install.sh: what was unpacked does not start: runner-guard: needs Node.js 24 or newer, and found none. --node FILE gives it a Node.js 24, as nodejs.org has them\n",
    );
  });

  test("a prefix that others may write to is refused", () => {
    mkdirSync(prefix);
    chmodSync(prefix, 0o777);

    expect(install(pack("1.2.0"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("nobody else may write to it"),
    });
    expect(left()).toEqual([]);
  });

  test("a checkout in the link's place is left alone", () => {
    mkdirSync(join(prefix, "runner-guard"), { recursive: true });

    expect(install(pack("1.2.0")).stderr).toContain("is there and no link: move it away first");
    expect(left()).toEqual(["runner-guard"]);
  });

  test("two at once: one of them says so, and one install is the outcome", async () => {
    const slow = prepare("1.2.0");
    writeFileSync(
      join(folder, slow, "bin/runner-guard"),
      `#!/bin/sh\ntouch ${folder}/checking\nuntil [ -e ${folder}/go ]; do sleep 0.05; done\necho runner-guard 1.2.0\n`,
    );
    const path = archiveOf("1.2.0", [slow]);
    const first = spawn(SCRIPT, ["--prefix", prefix, path], { stdio: "ignore" });
    const ended = once(first, "exit");
    await expect.poll(() => existsSync(join(folder, "checking"))).toBe(true);
    const second = install(path);
    write("go", "");

    expect(second.stderr).toContain("another install.sh is at work");
    expect(await ended).toEqual([0, null]);
    expect(left()).toEqual(["runner-guard", "runner-guard-1.2.0"]);
  });

  test("one that is ended half way leaves everything as it was", async () => {
    install(pack("1.1.0"));
    const slow = prepare("1.2.0");
    writeFileSync(
      join(folder, slow, "bin/runner-guard"),
      `#!/bin/sh\ntouch ${folder}/checking\nexec sleep 60\n`,
    );
    const running = spawn(SCRIPT, ["--prefix", prefix, archiveOf("1.2.0", [slow])], {
      stdio: "ignore",
      detached: true,
    });
    const ended = once(running, "exit");
    await expect.poll(() => existsSync(join(folder, "checking"))).toBe(true);
    process.kill(-(running.pid ?? 0), "SIGTERM");
    await ended;

    expect(left()).toEqual(["runner-guard", "runner-guard-1.1.0"]);
  });
});

/** A release as far as the script is concerned: a program that tells its version, and a manifest. */
function prepare(version: string): string {
  const at = `runner-guard-${version}`;
  mkdirSync(join(folder, at, "bin"), { recursive: true });
  const program = join(folder, at, "bin/runner-guard");
  writeFileSync(program, `#!/bin/sh\necho runner-guard ${version}\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, at, "manifest.json"), "{}\n");
  return at;
}

function pack(version: string): string {
  return archiveOf(version, [prepare(version)]);
}

function archiveOf(version: string, what: readonly string[]): string {
  const name = `runner-guard-${version}.tar.gz`;
  const files = what.map((one) => one.replace(`${folder}/`, ""));
  const owner = ["--owner=1000", "--group=1000", "--absolute-names"];
  const { status, stderr } = spawnSync(
    "tar",
    ["-czf", join(folder, name), ...owner, "-C", folder, ...files],
    { encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const sum = createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");
  write("SHA256SUMS", `${sum}  ${name}\n`);
  return join(folder, name);
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function install(path: string, ...args: string[]) {
  return run(...args, path);
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(SCRIPT, ["--prefix", prefix, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** But for the lock. */
function left(): string[] {
  if (!existsSync(prefix)) return [];
  return readdirSync(prefix)
    .filter((name) => name !== ".runner-guard.lock")
    .toSorted();
}
