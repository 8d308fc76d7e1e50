/** What `npm run build:action` and `npm run build:release` make: it runs by itself, and is the same wherever it was made. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { COLLECTOR_RULE_IDS, RULE_IDS } from "../../protocol/rule-ids.ts";
import { startCollectorProcess } from "../collector/support/collector-process.ts";
import { findDeadLinks } from "../docs/dead-links.ts";
import { Workplace } from "../e2e/guard.ts";
import { requires } from "../support/requires.ts";

const CHECKOUT = resolve(import.meta.dirname, "../..");
const NODE = join(CHECKOUT, ".node24/node");
const { version: VERSION }: { version: string } = JSON.parse(
  readFileSync(join(CHECKOUT, "package.json"), "utf8"),
);
const NAME = `runner-guard-${VERSION}`;
/** What builds are made of. */
const SOURCES = [
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "action",
  "action.yml",
  "agent",
  "bin",
  "collector",
  "command-line",
  "deploy",
  "docs",
  "package-lock.json",
  "package.json",
  "protocol",
  "scripts",
];
/** In a new checkout the kernel sensor's program is compiled for the other processor too. */
const BUILD_LIMIT_MS = 300_000;
/** Beside what is built, in a tag. */
const TAGGED = ["LICENSE", "README.md", "SECURITY.md", "action.yml", "docs"];
const RULES_OF_AGENT = RULE_IDS.filter((id) => !COLLECTOR_RULE_IDS.includes(id));
const INSTALLED_FILE = /\/opt\/runner-guard\/((?:[\w-]+\/)*[\w-]+\.[a-z]+)/g;
/** What pages name that put a checkout there. */
const OF_A_CHECKOUT = /^(?:scripts|examples)\//;
const MAX_ACTION_BYTES = 12_000_000;
const { bpf, clang } = requires;

const work = mkdtempSync(join(tmpdir(), "release-test-"));
const dist = join(work, "dist");
/** Where the archive was unpacked, with a Node.js beside it. */
const release = join(work, "unpacked", NAME);

beforeAll(() => {
  if (!clang.available) return;
  build("build-action.mjs", CHECKOUT, dist);
  build("build-release.mjs", CHECKOUT, dist);
  mkdirSync(join(work, "unpacked"));
  execFileSync("tar", ["-xzf", join(dist, `${NAME}.tar.gz`), "-C", join(work, "unpacked")]);
  mkdirSync(join(release, ".node24"));
  symlinkSync(NODE, join(release, ".node24/node"));
}, BUILD_LIMIT_MS);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(!clang.available)(`a release${clang.note}`, () => {
  test("made in another folder holds the same bytes, and names no folder that it was made in", () => {
    const other = join(mkdtempSync(join(work, "elsewhere-")), "checkout");
    mkdirSync(other, { recursive: true });
    for (const name of SOURCES) {
      // The kernel sensor's programs are newer than their sources there too, and not compiled again.
      cpSync(join(CHECKOUT, name), join(other, name), {
        recursive: true,
        preserveTimestamps: true,
      });
    }
    symlinkSync(join(CHECKOUT, "node_modules"), join(other, "node_modules"));
    build("build-release.mjs", other, join(other, "dist"));
    const git = (args: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: other,
        encoding: "utf8",
      });
    git(["init", "--quiet"]);
    git(["add", ...TAGGED, "package.json"]);
    git(["commit", "--quiet", "--message", "sources"]);
    git(["config", "user.name", "a"]);
    git(["config", "user.email", "a@example.com"]);
    expect(() => build("make-tag.mjs", other)).toThrow("the image of this commit was not tried");
    mkdirSync(join(other, ".cache"), { recursive: true });
    writeFileSync(join(other, ".cache/image-tested"), git(["rev-parse", "HEAD"]));
    const tagged = /made (\w+)/.exec(build("make-tag.mjs", other))?.[1] ?? "";
    const unpacked = join(other, "../tagged");
    mkdirSync(unpacked);
    execFileSync("tar", ["-xC", unpacked], {
      input: execFileSync("git", ["archive", tagged], {
        cwd: other,
        maxBuffer: MAX_ACTION_BYTES * 2,
      }),
    });

    expect(git(["rev-parse", `${tagged}^`])).toBe(git(["rev-parse", "HEAD"]));
    expect(git(["status", "--porcelain", "--untracked-files=no"])).toBe("");
    expect(readdirSync(unpacked).toSorted()).toEqual([...TAGGED, "dist"].toSorted());
    expect(sizeOf(unpacked)).toBeLessThan(MAX_ACTION_BYTES);
    // Summaries link to them, at the tag.
    const pages = listFiles(join(unpacked, "docs"));
    expect(pages).toEqual(expect.arrayContaining(RULES_OF_AGENT.map((id) => `rules/${id}.md`)));
    expect(findDeadLinks(unpacked)).toEqual([]);
    cpSync(join(unpacked, "dist"), join(other, "dist"), { recursive: true });
    expect(hashFiles(join(other, "dist"))).toEqual(hashFiles(dist));
    const named = listFiles(dist).filter((path) =>
      [CHECKOUT, other].some((folder) => readFileSync(join(dist, path)).includes(`${folder}/`)),
    );
    expect(named).toEqual([]);
  });

  test("is told by a manifest of what each file holds, by a list of what is from others, and by a sum", () => {
    const manifest: { files: readonly { path: string; sha256: string; program?: true }[] } =
      JSON.parse(readFileSync(join(dist, NAME, "manifest.json"), "utf8"));
    const told = Object.fromEntries(manifest.files.map(({ path, sha256 }) => [path, sha256]));
    const { "manifest.json": _, ...found } = hashFiles(join(dist, NAME));
    expect(told).toEqual(found);
    const programs = manifest.files.filter(({ program }) => program).map(({ path }) => path);
    expect(programs.filter((path) => !path.endsWith(".sh"))).toEqual([
      "bin/runner-guard",
      "bin/runner-guard-collector",
    ]);
    for (const path of programs) expect(statSync(join(release, path)).mode & 0o777).toBe(0o755);
    for (const { path } of manifest.files) {
      const isProgram = (statSync(join(release, path)).mode & 0o111) !== 0;
      expect([path, isProgram]).toEqual([path, programs.includes(path)]);
    }

    const { components }: { components: readonly { purl: string; licenses: unknown[] }[] } =
      JSON.parse(readFileSync(join(release, "sbom.cdx.json"), "utf8"));
    const notices = readFileSync(join(release, "THIRD-PARTY-NOTICES"), "utf8");
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(CHECKOUT, "package.json"), "utf8"),
    );
    for (const [name, at] of Object.entries(dependencies)) {
      expect(components.map(({ purl }) => purl)).toContain(`pkg:npm/${name}@${at}`);
      expect(notices).toContain(`\n${name} ${at} (`);
    }
    const sums = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], {
      cwd: dist,
      encoding: "utf8",
    });
    expect(sums).toBe(`${NAME}.tar.gz: OK\ninstall.sh: OK\n`);
    expect(statSync(join(dist, "install.sh")).mode & 0o777).toBe(0o755);
  });

  test("has every file in it that its units and pages name below /opt/runner-guard", () => {
    const readers = listFiles(release).filter((path) => /^(?:deploy|docs)\/|\.md$/.test(path));
    const named = readers.flatMap((path) =>
      [...readFileSync(join(release, path), "utf8").matchAll(INSTALLED_FILE)]
        .map(([, name = ""]) => name)
        .filter((name) => !OF_A_CHECKOUT.test(name))
        .map((name) => `${path}: ${name}`),
    );

    expect(named).toContain("docs/operations.md: deploy/prometheus/rules.yml");
    expect(named.filter(isMissing)).toEqual([]);
  });

  test("has every page that its README leads to", () => {
    const readme = readFileSync(join(release, "README.md"), "utf8");
    const pages = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page = ""]) => page);

    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((page) => !existsSync(join(release, page)))).toEqual([]);
  });

  test("has the agent for both processors", () => {
    for (const [arch, machine] of [
      ["x64", 62],
      ["arm64", 183],
    ] as const) {
      const native = join(dist, `guard/node_modules/@koromix/koffi-linux-${arch}`);
      // e_machine of an ELF file, from elf.h.
      const header = readFileSync(join(native, `linux_${arch}/koffi.node`)).readUInt16LE(18);
      expect(header).toBe(machine);
      const object = readFileSync(join(dist, `guard/agent/sensor/kernel/guard.${arch}.bpf.o`));
      expect(object.includes(".BTF.ext")).toBe(true);
    }
  });

  test("guards a command without sources beside it, also one that removes the guard's files", async () => {
    using place = new Workplace();
    const guard = join(place.folder, "guard");
    cpSync(join(dist, "guard"), guard, { recursive: true });
    const program = join(guard, "bin/runner-guard");
    const { report, ended } = await place.report([], ["rm", "-rf", guard], {
      program,
      env: { PATH: `${join(NODE, "..")}:/usr/sbin:/usr/bin:/sbin:/bin` },
    });

    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain("Runner Guard");
    expect(report.sensors.find(({ name }) => name === "kernel")?.status).toBe(
      bpf.available ? "active" : undefined,
    );
  });

  test("has a collector that takes a run of its agent, and a page about what to do", async () => {
    using place = new Workplace();
    const agentToken = "agent-".padEnd(40, "a");
    const adminToken = "admin-".padEnd(40, "b");
    await using collector = await startCollectorProcess({
      command: join(release, "bin/runner-guard-collector"),
      dataDir: place.path("data"),
      agentToken,
      adminToken,
    });
    const { report, ended } = await place.report(
      ["--sensor", "proc", "--enforcement", "none", "--collector", collector.url],
      ["true"],
      {
        program: join(release, "bin/runner-guard"),
        env: { RUNNER_GUARD_COLLECTOR_TOKEN: agentToken },
      },
    );
    const ask = async (path: string): Promise<string> => {
      const headers = { authorization: `Bearer ${adminToken}` };
      return (await fetch(`${collector.url}${path}`, { headers })).text();
    };

    expect(ended.status).toBe(0);
    expect(report.collector).toMatchObject({ effective: "delivered" });
    expect(await ask("/v1/runs")).toContain(report.run.id);
    expect(await ask("/runbooks/reverse-shell")).toContain("# ");
    expect(await ask("/openapi.json")).toContain('"openapi"');
    expect(await collector.end("SIGTERM")).toEqual([0, null]);
  });
});

test("a release says what it needs where there is no Node.js 24", () => {
  const bare = join(work, "bare");
  mkdirSync(join(bare, "bin"), { recursive: true });
  for (const name of ["runner-guard", "runner-guard-collector"]) {
    cpSync(join(CHECKOUT, "bin", name), join(bare, "bin", name));
    const { status, stderr } = spawnSync(join(bare, "bin", name), ["--version"], {
      env: { PATH: "/nowhere" },
      encoding: "utf8",
    });
    expect(status).toBe(69);
    expect(stderr).toBe(
      `${name}: needs Node.js 24 or newer, and found none; install it, or put it at ${bare}/.node24/node\n`,
    );
  }
});

function build(script: string, checkout: string, output?: string): string {
  const args = output === undefined ? [] : ["--output", output];
  return execFileSync(process.execPath, [join(checkout, "scripts", script), ...args], {
    encoding: "utf8",
  });
}

function isMissing(named: string): boolean {
  return !existsSync(join(release, named.split(": ")[1] ?? ""));
}

function sizeOf(folder: string): number {
  return listFiles(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

function hashFiles(folder: string): Record<string, string> {
  return Object.fromEntries(
    listFiles(folder).map((path) => {
      const content = readFileSync(join(folder, path));
      return [path, createHash("sha256").update(content).digest("hex")];
    }),
  );
}
