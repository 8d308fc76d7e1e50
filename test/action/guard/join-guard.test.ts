/** What a guard that is there is asked for. It is one that says yes to everything but to server names, and notes what it heard. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { RunningGuard } from "../../../action/guard/find-guard.ts";
import { joinGuard } from "../../../action/guard/join-guard.ts";
import { readInputs } from "../../../action/inputs/read-inputs.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";

const NO_SERVER_NAMES = "server names are not seen where names alone are judged";

let directory = "";
let server: Server;
let heard: string[] = [];
beforeEach(async () => {
  heard = [];
  directory = mkdtempSync(join(tmpdir(), "join-guard-"));
  server = createServer((socket) => {
    socket.once("data", (line) => {
      const text = line.toString().trimEnd();
      heard.push(text);
      const answer = text.includes('"sni"')
        ? { status: "refused", reason: NO_SERVER_NAMES }
        : { status: "done" };
      socket.end(`${JSON.stringify(answer)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(directory, "control.sock"), resolve));
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("beside a guard that is there", () => {
  test("what a policy file says of names is asked for, each by itself", async () => {
    const unmet = await joinWith("egress: { mode: block, sni: verify }");

    expect(heard).toEqual([
      '{"command":"tighten","deny":[],"dns":"allowed-names"}',
      '{"command":"tighten","deny":[],"sni":"verify"}',
    ]);
    expect(unmet).toEqual([`the guard that is there cannot be stricter: ${NO_SERVER_NAMES}`]);
  });

  test.each([
    "egress: { mode: block, dns: any }",
    "egress: { mode: audit, sni: verify }",
    "fail-on: [violation]",
    "lockdown: { sudo: true }",
  ])("nothing is asked for and nothing told for %s, which is in force", async (text) => {
    expect(await joinWith(text)).toEqual([]);
    expect(heard).toEqual([]);
  });

  test("what of a policy file is not in force is told", async () => {
    const unmet = await joinWith(
      `{lockdown: {containers: true}, rules: {reverse-shell: {response: kill-job}}, responses: {never-kill: [/usr/bin/make]},
        files: {protect: ["**/Makefile"]}, secrets: {environment: ["*_PIN"]}}`,
    );

    expect(unmet).toEqual([
      "policy-file: lockdown.containers: the guard that is there leaves containers to the job",
      "policy-file: rules, responses, files, secrets: what the guard that is there has of that is in force",
    ]);
  });
});

/** Without inputs; sudo is taken from the job already. */
async function joinWith(policy: string): Promise<readonly string[]> {
  const text = policy.startsWith("{")
    ? policy.replace("{", "{version: 1, ")
    : `version: 1\n${policy}\n`;
  const guard: RunningGuard = {
    status: "running",
    directory,
    state: {
      pid: process.pid,
      runId: "r-1",
      mode: { requested: "block", effective: "block", reasons: [] },
      sensors: [],
      mechanism: "dns",
      lockdown: { sudo: "disabled", containers: "allowed" },
      until: undefined,
    },
  };
  const { policy: base } = parsePolicy(text, "policy.yml");
  return joinGuard({ guard, inputs: readInputs({}), base, environment: {} });
}
