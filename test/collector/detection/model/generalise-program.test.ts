import { expect, test } from "vitest";

import { generaliseProgram } from "../../../../collector/detection/model/generalise-program.ts";
import { toPlainText } from "../../../../collector/detection/model/plain-text.ts";
import { WORKSPACE } from "./support/events-of-run.ts";

function nameOf(executable: string, ...args: string[]): string {
  const seen = {
    executable,
    args: [executable, ...args],
    workingDirectory: WORKSPACE,
    image: "file",
  } as const;
  return generaliseProgram(seen).name;
}

test.each([
  [["/usr/bin/curl", "https://example.com"], "curl"],
  [["/usr/bin/gcc-12"], "gcc"],
  [["/usr/bin/base64"], "base64"],
  [["/usr/bin/python3.11", "-m", "pip", "install"], "python pip"],
  [["/usr/bin/python3", "-W", "ignore", "tool.py"], "python workspace"],
  [["/home/runner/.pyenv/versions/3.12.1/bin/python3.12", "-c", "print()"], "python inline"],
  [[`${WORKSPACE}/.venv/bin/python3`, `${WORKSPACE}/.venv/bin/pytest`], "python pytest"],
  [[`${WORKSPACE}/.venv/bin/ruff`], "modules/ruff"],
  [
    [
      "/opt/hostedtoolcache/node/20.1.0/x64/bin/node",
      "/opt/hostedtoolcache/node/20.1.0/x64/lib/node_modules/npm/bin/npm-cli.js",
    ],
    "node npm",
  ],
  [
    [
      "/home/runner/.nvm/versions/node/v22.1.0/bin/node",
      "--require",
      "./hook.js",
      "node_modules/.bin/tsc",
    ],
    "node tsc",
  ],
  [
    [
      "/usr/bin/node",
      `${WORKSPACE}/node_modules/.pnpm/@foo+bar@1.2.3/node_modules/@foo/bar/install.js`,
    ],
    "node @foo/bar",
  ],
  [["/usr/bin/node", "-e", "1"], "node inline"],
  [
    [
      "/home/runner/runners/2.330.0/externals/node24/bin/node",
      "/home/runner/work/_actions/actions/checkout/v5/dist/index.js",
    ],
    "node action:actions/checkout",
  ],
  [[`${WORKSPACE}/node_modules/@esbuild/linux-x64/bin/esbuild`], "modules/@esbuild/*"],
  [["/home/runner/.cargo/bin/cargo", "build"], "cargo"],
  [[`${WORKSPACE}/target/debug/deps/app-4f3a9b2c1d0e8f7a`], "built/app-*"],
  [
    [`${WORKSPACE}/target/release/build/ring-4f3a9b2c1d0e8f7a/build-script-build`],
    "built/build-script-build",
  ],
  [["/tmp/go-build3141592/b001/exe/main"], "go-build/main"],
  [["/tmp/tmp.aB3dE9fGhI/setup"], "temporary/setup"],
  [["/home/runner/bin/tool2"], "home/tool*"],
])("%j is %s", ([executable = "", ...args], name) => {
  expect(nameOf(executable, ...args)).toBe(name);
});

test.each([
  ["/tmp/curl", "/usr/bin/curl"],
  ["/home/runner/curl", "/usr/bin/curl"],
  [`${WORKSPACE}/node_modules/curl`, "/usr/bin/curl"],
  ["/tmp/.venv/bin/curl", "/usr/bin/curl"],
  ["/dev/shm/node", "/usr/bin/node"],
  ["/usrx/bin/curl", "/usr/bin/curl"],
])("%s is not %s", (evil, good) => {
  expect(nameOf(evil)).not.toBe(nameOf(good));
});

test("nobody is taken for an interpreter with its script by the name of his file", () => {
  expect(nameOf("/usr/local/bin/node npm")).not.toBe(
    nameOf("/usr/bin/node", "/usr/lib/node_modules/npm/bin/npm-cli.js"),
  );
});

test("a program without a file lies about, and so does one in a temporary directory", () => {
  const seen = { args: [], workingDirectory: null };

  expect(generaliseProgram({ ...seen, executable: "/memfd:x", image: "memfd" })).toMatchObject({
    name: "memory/*",
    isInstalled: false,
    isLoose: true,
  });
  expect(generaliseProgram({ ...seen, executable: "/tmp/x", image: "file" }).isLoose).toBe(true);
  expect(generaliseProgram({ ...seen, executable: "/usr/bin/x", image: "file" }).isLoose).toBe(
    false,
  );
});

test("a name is short and printable, whatever the file is called", () => {
  expect(nameOf(`/tmp/${"ü".repeat(4_000)}a`)).toMatch(/^[\x20-\x7e]{1,120}$/);
  expect(nameOf("/tmp/a\n\u001b[31m\0b")).toMatch(/^[\x20-\x7e]{1,120}$/);
});

test("two long texts that begin alike are two", () => {
  expect(toPlainText(`${"a".repeat(200)}b`, 50)).not.toBe(toPlainText(`${"a".repeat(200)}c`, 50));
  expect(toPlainText("a".repeat(200), 50)).toHaveLength(50);
});
