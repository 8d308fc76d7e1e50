import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { finish, SandboxCheckout } from "../support/sandbox-checkout.ts";

test("two set-ups at once do the work once, one waiting for the other", async () => {
  using checkout = new SandboxCheckout();
  const gate = join(checkout.root, "gate");
  execFileSync("mkfifo", [gate]);
  checkout.addTool("npm", `echo installing >&2; read line <${gate}; /bin/mkdir -p node_modules`);
  const first = checkout.startSetup();
  await said(first, "installing the npm dependencies");
  const second = checkout.startSetup();
  await said(second, `waiting for another set-up to end (process ${first.pid})`);
  const ends = Promise.all([finish(first), finish(second)]);
  writeFileSync(gate, "go\n");

  expect((await ends).map(({ status }) => status)).toEqual([0, 0]);
  expect(checkout.calls("npm")).toHaveLength(1);
  expect(checkout.exists(".cache/setup/lock")).toBe(false);
});

test.each([
  { owner: "4194305 1", whose: "a process that has ended" },
  { owner: `${process.pid} 1`, whose: "a process whose id was given to another" },
])("the lock of $whose is taken over", async ({ owner }) => {
  using checkout = new SandboxCheckout();
  checkout.write(".cache/setup/lock/owner", owner);
  const { status, stderr } = await checkout.setUp();

  expect(status).toBe(0);
  expect(stderr).not.toContain("waiting");
  expect(checkout.exists(".cache/setup/lock")).toBe(false);
});

test("a set-up that is ended ends its npm, and the next one starts afresh", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("npm", `echo $$ >${checkout.root}/npm-pid; exec /bin/sleep 60`);
  const first = checkout.startSetup();
  await vi.waitFor(() => expect(readNumber(checkout, "npm-pid")).toBeGreaterThan(0), 30_000);
  const ended = once(first, "close");
  first.kill("SIGTERM");

  expect(await ended).toEqual([null, "SIGTERM"]);
  expect(() => process.kill(readNumber(checkout, "npm-pid"), 0)).toThrow("ESRCH");
  checkout.addTool("npm", "/bin/mkdir -p node_modules");
  expect((await checkout.setUp()).status).toBe(0);
});

test("a set-up that fails leaves no lock behind", async () => {
  using checkout = new SandboxCheckout();
  checkout.addTool("npm", "exit 1");
  const { status } = await checkout.setUp();

  expect(status).toBe(1);
  expect(checkout.exists(".cache/setup/lock")).toBe(false);
});

/** Waits until the process has said this on stderr; fails when it ends without. */
async function said(child: ChildProcess, text: string): Promise<void> {
  let heard = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    heard += chunk;
    if (heard.includes(text)) resolve();
  });
  child.on("close", () => reject(new Error(`ended without saying "${text}": ${heard}`)));
  await promise;
}

function readNumber(checkout: SandboxCheckout, path: string): number {
  return Number(readFileSync(join(checkout.root, path), "utf8"));
}
