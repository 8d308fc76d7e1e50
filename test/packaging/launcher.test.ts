import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { SandboxCheckout } from "../support/sandbox-checkout.ts";

/** Tells what reached it, and ends as the last argument says. */
const MAIN = `
  const [status] = process.argv.slice(-1);
  console.log(JSON.stringify({
    main: process.argv[1], args: process.argv.slice(2), folder: process.cwd(), environment: process.env,
  }));
  if (status === "SIGTERM") process.kill(process.pid, status);
  else process.exitCode = Number(status);
`;

interface Told {
  readonly main: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Record<string, string>;
}

test("from another folder everything is passed through", () => {
  using checkout = createReadyCheckout();
  const args = ["run", "--", "a b", "", "*", "$HOME", "new\nline", "7"];
  const { status, told } = launch(join(checkout.root, "bin/runner-guard"), args);

  expect(status).toBe(7);
  expect(told).toMatchObject({
    main: join(checkout.root, "agent/start.mjs"),
    args,
    folder: "/",
  });
});

test("the environment stays as it was, but for the folder that a shell notes and for the launcher's notes", () => {
  using checkout = createReadyCheckout();
  const { told } = launch(join(checkout.root, "bin/runner-guard"), ["0"], { NAME: "value" });
  const environment = Object.entries(told.environment).filter(
    ([name]) => name !== "PWD" && !name.startsWith("runner_guard_"),
  );

  expect(Object.fromEntries(environment)).toEqual({ NAME: "value" });
});

/** Twice 100 kB are no longer noted in one string. */
const LARGE = { LARGE_1: "x".repeat(100_000), LARGE_2: "x".repeat(100_000) };

test.each([
  { size: "an ordinary", others: {} },
  { size: "a very large", others: LARGE },
])(
  "settings that make Node.js load files stay out of the guard's, in $size environment",
  ({ others }) => {
    using checkout = createReadyCheckout();
    const settings = {
      NODE_OPTIONS: "--no-such-option",
      NODE_COMPILE_CACHE: join(checkout.root, "cache"),
      OPENSSL_CONF: join(checkout.root, "openssl.cnf"),
      // The guard would take its libbpf from there.
      LD_LIBRARY_PATH: join(checkout.root, "libraries"),
    };
    const { status, told } = launch(join(checkout.root, "bin/runner-guard"), ["0"], {
      ...settings,
      ...others,
    });

    expect(status).toBe(0);
    for (const name of Object.keys(settings)) expect(told.environment).not.toHaveProperty(name);
  },
);

test.each([
  {
    name: "the file",
    link: (root: string) => symlinkSync(`${root}/bin/runner-guard`, `${root}/guard`),
  },
  { name: "its folder", link: (root: string) => symlinkSync(`${root}/bin`, `${root}/guard`) },
])("a link to $name leads to the checkout", ({ name, link }) => {
  using checkout = createReadyCheckout();
  link(checkout.root);
  const started = join(checkout.root, name === "the file" ? "guard" : "guard/runner-guard");

  expect(launch(started, ["0"]).told.main).toBe(join(checkout.root, "agent/start.mjs"));
});

test("a relative link, started through PATH, leads to the checkout", () => {
  using checkout = createReadyCheckout();
  mkdirSync(join(checkout.root, "elsewhere"));
  symlinkSync("../bin/runner-guard", join(checkout.root, "elsewhere/guard"));
  const { stdout } = spawnSync("guard", ["0"], {
    env: { PATH: `${checkout.root}/elsewhere:/usr/bin:/bin` },
    encoding: "utf8",
  });

  expect(stdout).toContain(join(checkout.root, "agent/start.mjs"));
});

test("a guard that a signal ends is seen to end by it", () => {
  using checkout = createReadyCheckout();

  expect(launch(join(checkout.root, "bin/runner-guard"), ["SIGTERM"]).signal).toBe("SIGTERM");
});

test.each([
  { found: "none", version: undefined },
  { found: "v20.11.0", version: "v20.11.0" },
])("with $found for a Node.js it says what to run, and ends with 69", ({ found, version }) => {
  using checkout = createCheckoutWithMain();
  if (version !== undefined) checkout.addTool("node", `echo ${version}`);
  const { status, stdout, stderr } = start(checkout);

  expect(status).toBe(69);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    `runner-guard: needs Node.js 24 or newer, and found ${found}; run: node ${checkout.root}/scripts/setup.mjs\n`,
  );
});

test("a machine whose own Node.js is new enough needs no other", () => {
  using checkout = createCheckoutWithMain();
  symlinkSync(process.execPath, join(checkout.tools, "node"));

  expect(start(checkout).status).toBe(0);
});

test("a checkout without its npm packages is told of with the command that brings them", () => {
  using checkout = createReadyCheckout();
  rmSync(join(checkout.root, "node_modules"), { recursive: true });
  const { status, stdout, stderr } = start(checkout);

  expect({ status, stdout }).toEqual({ status: 69, stdout: "" });
  expect(stderr).toContain(`run: node ${checkout.root}/scripts/setup.mjs`);
});

function createCheckoutWithMain(): SandboxCheckout {
  const checkout = new SandboxCheckout();
  checkout.write("agent/start.mjs", MAIN);
  mkdirSync(join(checkout.root, "node_modules/koffi"), { recursive: true });
  return checkout;
}

function createReadyCheckout(): SandboxCheckout {
  const checkout = createCheckoutWithMain();
  mkdirSync(join(checkout.root, ".node24"));
  symlinkSync(process.execPath, join(checkout.root, ".node24/node"));
  return checkout;
}

function launch(path: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, signal, stdout, stderr } = spawnSync(path, args, {
    cwd: "/",
    env,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(`nothing was started: ${stderr}`);
  const told: Told = JSON.parse(stdout);
  return { status, signal, told };
}

/** On a machine that has the programs of the test, and readlink. */
function start(checkout: SandboxCheckout) {
  symlinkSync("/usr/bin/readlink", join(checkout.tools, "readlink"));
  return spawnSync(join(checkout.root, "bin/runner-guard"), ["0"], {
    env: { PATH: checkout.tools },
    encoding: "utf8",
  });
}
