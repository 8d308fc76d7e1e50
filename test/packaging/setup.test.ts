import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { SandboxCheckout } from "../support/sandbox-checkout.ts";

const repository = resolve(import.meta.dirname, "../..");
/** What a program on PATH proves; the other packages leave files, which a test cannot take from its machine. */
const COMMANDS = ["clang", "llvm-strip", "gcc", "make"];

test("a second run changes nothing and takes less than a second", () => {
  const files = [".node24/node", "node_modules/.runner-guard-setup"];
  setUpRepository();
  const before = files.map((path) => statSync(join(repository, path)).mtimeMs);

  const durationsMs = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    setUpRepository();
    return performance.now() - startedAt;
  });

  expect(Math.min(...durationsMs)).toBeLessThan(1000);
  expect(files.map((path) => statSync(join(repository, path)).mtimeMs)).toEqual(before);
});

test("with --quiet a second run says only what is lacking", () => {
  setUpRepository();
  const spoken = setUpRepository();

  expect(setUpRepository("--quiet")).toBe(spoken.replace("set-up: everything is there\n", ""));
});

test("an unknown option is refused, and nothing is done", async () => {
  using checkout = new SandboxCheckout();
  const { status, stderr } = await checkout.setUp({ args: ["--quite"] });

  expect(status).toBe(2);
  expect(stderr).toContain("--quite");
  expect(stderr).toContain("usage: node scripts/setup.mjs");
  expect(checkout.exists(".node24")).toBe(false);
});

test("npm dependencies are installed without scripts, by the Node.js that was chosen", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("npm", "/bin/mkdir -p node_modules; command -v node >which-node");
  const { status } = await checkout.setUp();

  expect(status).toBe(0);
  expect(checkout.calls("npm")).toEqual([expect.stringMatching(/^npm ci --ignore-scripts /)]);
  expect(readFileSync(join(checkout.root, "which-node"), "utf8").trim()).toBe(
    join(checkout.root, ".node24/node"),
  );
});

test("npm dependencies are installed again only when the lock file changed", async () => {
  using checkout = new SandboxCheckout();
  await checkout.setUp();
  await checkout.setUp();
  expect(checkout.calls("npm")).toHaveLength(1);

  checkout.write("package-lock.json", "{}");
  await checkout.setUp();
  expect(checkout.calls("npm")).toHaveLength(2);
});

test("an npm that fails is a failure in its own words, and is tried again", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("npm", "/bin/mkdir -p node_modules; echo 'E503 registry is down' >&2; exit 1");
  const { status, stderr } = await checkout.setUp({ args: ["--quiet"] });
  await checkout.setUp();

  expect(status).toBe(1);
  expect(stderr).toContain("The npm dependencies could not be installed");
  expect(stderr).toContain("E503 registry is down");
  expect(checkout.calls("npm")).toHaveLength(2);
});

test("an older Node.js brings the pinned one, checked by its lock", async () => {
  using checkout = new SandboxCheckout();
  const packageBin = `node_modules/node-linux-${process.arch}/bin`;
  checkout.addTool(
    "npm",
    `/bin/mkdir -p ${packageBin}; /bin/cp package-lock.json ../seen-lock; /bin/ln -s ${process.execPath} ${packageBin}/node`,
  );
  const { stderr } = await checkout.setUp({ machine: { nodeVersion: "v20.11.0" } });
  const pinned = readPin(checkout.root);

  expect(stderr).toContain(`Node.js here is v20.11.0; bringing ${pinned}`);
  expect(readlinkSync(join(checkout.root, ".node24/node"))).toBe(`${pinned}/${packageBin}/node`);
  expect(readFileSync(join(checkout.root, ".node24/seen-lock"), "utf8")).toBe(
    readFileSync(join(repository, "scripts/node24/package-lock.json"), "utf8"),
  );
});

test("an older Node.js is a failure when npm brings no newer one", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("npm", "echo 'network is unreachable' >&2");
  const { status, stderr } = await checkout.setUp({ machine: { nodeVersion: "v20.11.0" } });

  expect(status).toBe(1);
  expect(stderr).toContain("Node.js 24 or newer is needed, this machine has v20.11.0");
  expect(stderr).toContain("network is unreachable");
  expect(checkout.exists(".node24/node")).toBe(false);
});

test("without npm the failure says so", async () => {
  using checkout = new SandboxCheckout();
  checkout.removeTool("npm");
  const { status, stderr } = await checkout.setUp();

  expect(status).toBe(1);
  expect(stderr).toContain("npm ci --ignore-scripts failed");
  expect(stderr).toContain("spawn npm ENOENT");
});

test("an ordinary user is told what is missing, what is lost and the one command to run", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-get");
  const { status, stderr } = await checkout.setUp({ machine: { userId: 1000 } });

  expect(status).toBe(0);
  expect(stderr).toContain("clang (for building): without it, the kernel sensor's program cannot");
  expect(stderr).toMatch(
    /run: sudo apt-get install -y --no-install-recommends .*clang llvm .*gcc make/,
  );
  expect(checkout.calls("apt-get")).toEqual([]);
});

test("with --quiet what is lacking is said all the same, and --require-all makes it a failure", async () => {
  using checkout = new SandboxCheckout();
  await checkout.setUp();
  const { status, stderr } = await checkout.setUp({ args: ["--quiet", "--require-all"] });

  expect(status).toBe(1);
  expect(stderr).toContain("these system packages are missing:");
});

test("root says what it installs and installs it", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-cache");
  checkout.addTool(
    "apt-get",
    `echo $DEBIAN_FRONTEND >${checkout.root}/frontend
     for name in ${COMMANDS.join(" ")}; do /bin/ln -sf /bin/true ${checkout.tools}/$name; done`,
  );
  const { stderr } = await checkout.setUp({ machine: { userId: 0 } });

  expect(stderr).toMatch(/installing system packages with apt-get: .*clang llvm .*gcc make/);
  expect(checkout.calls("apt-get")).toEqual([
    expect.stringMatching(/ install -y --no-install-recommends .*clang llvm .*gcc make/),
  ]);
  expect(readFileSync(join(checkout.root, "frontend"), "utf8")).toBe("noninteractive\n");
  expect(stderr).not.toContain("without it, the sample job");
});

test("package lists that are missing or old are fetched before giving up", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-cache", `[ -e ${checkout.root}/lists ]`);
  checkout.addTool("apt-get", `case "$*" in *update) echo >${checkout.root}/lists;; esac`);
  await checkout.setUp({ machine: { userId: 0 } });

  expect(checkout.calls("apt-get").map((call) => /update|install/.exec(call)?.[0])).toEqual([
    "update",
    "install",
  ]);
});

test("an apt-get that fails is told in its own words", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-cache");
  checkout.addTool("apt-get", "echo 'E: no space left on device'; exit 100");
  const { status, stderr } = await checkout.setUp({ machine: { userId: 0 } });

  expect(status).toBe(0);
  expect(stderr).toContain("E: no space left on device");
  expect(stderr).toContain("make (for testing): without it, the sample job");
});

test("a package that this system does not offer is named, and not asked for on every run", async () => {
  using checkout = new SandboxCheckout();
  for (const name of COMMANDS.filter((command) => command !== "make")) checkout.addTool(name);
  checkout.addTool("apt-cache", "exit 100");
  checkout.addTool("apt-get");
  const machine = { userId: 0 };
  await checkout.setUp({ machine });
  const callsOfFirstRun = checkout.calls("apt-get").length;
  const { stderr } = await checkout.setUp({ machine });

  expect(stderr).toMatch(/make .*this system's package lists do not offer it/);
  expect(checkout.calls("apt-get")).toHaveLength(callsOfFirstRun);
});

test("a program of a package that is not to be installed is taken out of it", async () => {
  using checkout = new SandboxCheckout();
  const others = ["kubectl", "caddy", "shellcheck", "aiosmtpd", "attr", "public"];
  for (const name of [...others, "prometheus-alertmanager", "alertmanager"]) {
    checkout.write(`.cache/unpacked/${name}`, "");
  }
  checkout.addTool("apt-get", "echo >$2.deb");
  checkout.addTool("dpkg-deb", "/bin/mkdir -p $3/usr/bin; echo $2 >$3/usr/bin/promtool");
  const { stderr } = await checkout.setUp({ machine: { userId: 1000 } });
  await checkout.setUp({ machine: { userId: 1000 } });

  expect(stderr).toContain("taking promtool out of the package prometheus");
  expect(readFileSync(join(checkout.root, ".cache/unpacked/promtool"), "utf8")).toBe(
    "prometheus.deb\n",
  );
  expect(checkout.calls("apt-get")).toEqual(["apt-get download prometheus"]);
});

test("a package that has no such program is named, and nothing else fails for it", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-get", "echo >$2.deb");
  checkout.addTool("dpkg-deb");
  const { status, stderr } = await checkout.setUp({ machine: { userId: 1000 } });

  expect(stderr).toContain("the package prometheus has no usr/bin/promtool");
  expect(stderr).toContain("attr (for testing, of Debian's package python3-attr) is missing");
  expect(status).toBe(0);
});

test("a program that cannot be had is named, and not asked for on every run", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("apt-get", "echo 'E: no network'; exit 100");
  checkout.addTool("dpkg-deb");
  const machine = { userId: 1000 };
  const { stderr } = await checkout.setUp({ machine });
  const callsOfFirstRun = checkout.calls("apt-get").length;
  const again = await checkout.setUp({ machine });

  expect(stderr).toContain("E: no network");
  expect(again.stderr).toContain("promtool (for testing, of Debian's package prometheus)");
  expect(checkout.calls("apt-get")).toHaveLength(callsOfFirstRun);
});

test("a checkout that cannot be written to is said, and fails only what nothing runs without", async () => {
  using checkout = new SandboxCheckout();
  checkout.write(".cache", "a file where the set-up wants its folder");
  const before = await checkout.setUp();
  expect(before.status).toBe(1);
  expect(before.stderr).toContain("the set-up cannot go on: ");

  rmSync(join(checkout.root, ".cache"));
  await checkout.setUp();
  rmSync(join(checkout.root, ".cache"), { recursive: true });
  checkout.write(".cache", "again");
  checkout.addTool("clang");
  checkout.write("agent/sensor/kernel/guard.bpf.c", "");
  const after = await checkout.setUp();
  expect(after.status).toBe(0);
  expect(after.stderr).toContain("the set-up cannot go on: ");
});

function setUpRepository(...args: string[]): string {
  const { status, stderr } = spawnSync("node", ["scripts/setup.mjs", ...args], {
    cwd: repository,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`set-up failed with ${status}: ${stderr}`);
  return stderr;
}

function readPin(root: string): string {
  const manifest: { optionalDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(root, "scripts/node24/package.json"), "utf8"),
  );
  return manifest.optionalDependencies[`node-linux-${process.arch}`] ?? "";
}
