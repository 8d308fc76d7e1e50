import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

const repository = resolve(import.meta.dirname, "../..");

/** Dependencies that would run a script when they are installed, and why nothing is lost when it does not run. */
const NOT_NEEDED: Record<string, string> = {
  koffi:
    "looks for its binary and compiles one where there is none; ours comes ready in the optional packages @koromix/koffi-linux-x64 and -arm64",
};

interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
}

test.each(["package-lock.json", "scripts/node24/package-lock.json"])(
  "every install script in %s has a reason why it is not needed",
  (file) => {
    const scripted = Object.entries(readLock(file))
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ""));

    expect(scripted.filter((name) => NOT_NEEDED[name] === undefined)).toEqual([]);
  },
);

test("the list of install scripts names nothing that is gone", () => {
  const locked = readLock("package-lock.json");

  expect(
    Object.keys(NOT_NEEDED).filter((name) => !locked[`node_modules/${name}`]?.hasInstallScript),
  ).toEqual([]);
});

test.each(["package-lock.json", "scripts/node24/package-lock.json"])(
  "everything in %s is pinned by its content and tied to no registry",
  (file) => {
    const packages = Object.entries(readLock(file)).filter(([path]) => path !== "");

    expect(packages.length).toBeGreaterThan(1);
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  },
);

test("koffi calls into libc although no install script ran", () => {
  const program =
    'import koffi from "koffi"; console.log(koffi.load("libc.so.6").func("int getpid()")(), process.pid)';
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: repository,
    encoding: "utf8",
  });
  const [called, expected] = output.trim().split(" ");

  expect(called).toBe(expected);
  expect(Number(called)).toBeGreaterThan(0);
});

test("both processors that we support have koffi's binary in the lock", () => {
  const locked = readLock("package-lock.json");

  expect(locked["node_modules/@koromix/koffi-linux-x64"]).toBeDefined();
  expect(locked["node_modules/@koromix/koffi-linux-arm64"]).toBeDefined();
});

function readLock(file: string): Record<string, Locked> {
  const lock: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(resolve(repository, file), "utf8"),
  );
  return lock.packages;
}
