/** What is in the image and, above all, what is not. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { billSchema } from "./support/bill.ts";
import { COLLECTOR_USER, image } from "./support/image.ts";

const MEBIBYTE = 2 ** 20;
const WRITABLE_BY_OTHERS = 0o022;
const EXECUTABLE = 0o111;
const OTHER_RIGHTS = 0o6000;
const NODE_MODULES = "opt/runner-guard/node_modules";
const { rootFolder, config } = image;

test("what is fetched of it is less than 120 MB", () => {
  expect(image.compressedBytes).toBeGreaterThan(20 * MEBIBYTE);
  expect(image.compressedBytes).toBeLessThan(120 * 1000 * 1000);
});

describe("its files", () => {
  const files = readdirSync(rootFolder, { recursive: true, encoding: "utf8" })
    // By way of the links that Debian has for them.
    .filter((path) => !/^(?:bin|sbin|lib|lib64)\//.test(path))
    .map((path) => ({ path, ...lookAt(join(rootFolder, path)) }))
    .toSorted((one, other) => one.path.localeCompare(other.path));

  test("hold no shell, no package manager and no program but these and what shells of other images run", () => {
    const programs = files.filter(
      ({ path, isFile, mode }) =>
        isFile && (mode & EXECUTABLE) !== 0 && !/\.(?:so[.\d]*|node)$/.test(path),
    );

    expect(programs.map(({ path }) => path)).toEqual([
      "opt/runner-guard/.node24/node",
      "opt/runner-guard/bin/runner-guard",
      "opt/runner-guard/bin/runner-guard-collector",
      "opt/runner-guard/deploy/hooks/guard-job.sh",
      "opt/runner-guard/deploy/hooks/job-completed.sh",
      "opt/runner-guard/deploy/hooks/job-started.sh",
      "opt/runner-guard/deploy/vm/install.sh",
      "usr/bin/cat",
      "usr/bin/true",
      "usr/local/bin/runner-guard",
      "usr/local/bin/runner-guard-collector",
      "usr/local/bin/runner-guard-health",
      "usr/sbin/nft",
    ]);
  });

  test("give nobody the rights of another user, nor capabilities", () => {
    expect(files.filter(({ isLink, mode }) => !isLink && (mode & OTHER_RIGHTS) !== 0)).toEqual([]);
    const { status, stdout } = spawnSync("getcap", ["-r", rootFolder], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  test("are root's, and only what is meant for data can be written to by others", () => {
    const others = files.filter(
      ({ isLink, mode, userId }) => userId !== 0 || (!isLink && (mode & WRITABLE_BY_OTHERS) !== 0),
    );

    expect(others.map(({ path, mode, userId }) => `${path} ${mode.toString(8)} ${userId}`)).toEqual(
      ["tmp 1777 0", `var/lib/runner-guard/data 700 ${COLLECTOR_USER}`],
    );
  });

  test("load no library that is not there", () => {
    const { stdout } = spawnSync(
      "chroot",
      [rootFolder, "/usr/lib64/ld-linux-x86-64.so.2", "--list", "/usr/sbin/nft"],
      { encoding: "utf8" },
    );

    expect(stdout).toContain("libnftables.so.1 => ");
    expect(stdout).not.toContain("not found");
  });

  test("hold nothing of where they were built, and no key or token", () => {
    const found = files.filter(({ path }) =>
      /^(?:src|programs|root\/.+|etc\/ssl|home|usr\/include)$|(?:^|\/)(?:\.git|\.npmrc|\.env|\.cache)$|\.(?:pem|key)$/.test(
        path,
      ),
    );

    expect(found).toEqual([]);
  });
});

describe("what it says of itself", () => {
  test("it runs as a user that is not root, without an entry point of its own", () => {
    expect(config.User).toBe(`${COLLECTOR_USER}:${COLLECTOR_USER}`);
    expect(config.Entrypoint ?? []).toEqual([]);
    expect(config.Cmd).toEqual(["runner-guard", "--help"]);
    expect(config.StopSignal).toBe("SIGTERM");
    expect(config.Env).toEqual(["PATH=/usr/local/bin:/usr/sbin:/usr/bin"]);
  });

  test("its labels", () => {
    expect(config.Labels).toMatchObject({
      "org.opencontainers.image.title": "Runner Guard",
      "org.opencontainers.image.licenses": "Apache-2.0",
      "org.opencontainers.image.base.name": "docker.io/library/node:24-bookworm-slim",
    });
    expect(config.Labels["org.opencontainers.image.version"]).toMatch(/^\d+\.\d+\.\d+/);
    for (const name of ["revision", "created"]) {
      expect(config.Labels).toHaveProperty([`org.opencontainers.image.${name}`]);
    }
  });

  test("its health check is a program of the image's, without a shell", () => {
    expect(config.Healthcheck.Test).toEqual(["CMD", "/usr/local/bin/runner-guard-health"]);
  });

  test("a bill of materials names all of it, and scanners find the packages of Debian", () => {
    const bill = billSchema.parse(
      JSON.parse(
        readFileSync(join(rootFolder, "usr/share/sbom/runner-guard-image.cdx.json"), "utf8"),
      ),
    );
    const named = bill.components.map(({ name }) => name);
    const packages = globSync("*", { cwd: join(rootFolder, "var/lib/dpkg/status.d") });
    const modules = globSync("{*,@*/*}", { cwd: join(rootFolder, NODE_MODULES) });

    expect(named).toEqual(
      expect.arrayContaining(["node", "koffi", "zod", "libc6", "nftables", "libbpf1"]),
    );
    expect(packages).toEqual(expect.arrayContaining(["libc6", "nftables", "libbpf1", "coreutils"]));
    for (const name of packages) {
      expect(named).toContain(name);
      expect(existsSync(join(rootFolder, "usr/share/doc", name, "copyright"))).toBe(true);
    }
    expect(modules).toContain("koffi");
    for (const name of modules.filter((path) => !/^@[^/]+$/.test(path))) {
      expect(bill.components).toContainEqual(
        expect.objectContaining({
          purl: expect.stringContaining(`pkg:npm/${name.replace("@", "%40")}@`),
        }),
      );
    }
  });

  test("the bill's references lead to what it names, each once, and what the image is made of is all of it", () => {
    const { metadata, components, dependencies } = billSchema.parse(
      JSON.parse(
        readFileSync(join(rootFolder, "usr/share/sbom/runner-guard-image.cdx.json"), "utf8"),
      ),
    );
    const references = components.map((one) => one["bom-ref"]);
    const [ofImage] = dependencies;

    expect(new Set(references).size).toBe(references.length);
    expect(dependencies).toHaveLength(1);
    expect(ofImage?.ref).toBe(metadata.component["bom-ref"]);
    expect(ofImage?.dependsOn.toSorted()).toEqual(references.toSorted());
  });
});

interface Looks {
  readonly mode: number;
  readonly userId: number;
  readonly isFile: boolean;
  readonly isLink: boolean;
}

function lookAt(path: string): Looks {
  const stats = lstatSync(path);
  return {
    mode: stats.mode & 0o7777,
    userId: stats.uid,
    isFile: stats.isFile(),
    isLink: stats.isSymbolicLink(),
  };
}
