import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { runPolicyCheck } from "../../../agent/commands/policy-check.ts";
import { runPolicyImport } from "../../../agent/commands/policy-import.ts";

const HARDEN_RUNNER = "test/fixtures/workflows/harden-runner";
const SIMPLE = `${HARDEN_RUNNER}/folded-list.yml`;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "policy-import-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test("the policy of a workflow's one job goes to standard output", () => {
  const { status, stdout, stderr } = run([SIMPLE]);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`# From runner-guard policy import: ${SIMPLE}:7, job build,`);
  expect(stdout).toContain('    - "registry.npmjs.org:443"\n');
});

test("a repository's workflows and composite actions become files, one for each job, that pass policy check", () => {
  const [repository, output] = [join(directory, "repository"), join(directory, "policies/new")];
  mkdirSync(join(repository, ".github/workflows"), { recursive: true });
  mkdirSync(join(repository, ".github/actions/harden"), { recursive: true });
  put(join(repository, ".github/workflows/ci.yml"), `${HARDEN_RUNNER}/anchors.yml`);
  put(join(repository, ".github/workflows/docs.yaml"), `${HARDEN_RUNNER}/default-block.yml`);
  put(
    join(repository, ".github/actions/harden/action.yml"),
    `${HARDEN_RUNNER}/composite-action.yml`,
  );
  writeFileSync(join(repository, ".github/workflows/none.yml"), "on: push\njobs: {}\n");
  const { status, stdout, stderr } = run([repository], output);

  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain(`${output}/ci.first.yml: mode block, 4 allow\n`);
  expect(readdirSync(output).toSorted()).toEqual([
    "ci.first.yml",
    "ci.second.yml",
    "ci.third.yml",
    "docs.pages.yml",
    "harden.yml",
  ]);
  const silent = { write: () => true };
  for (const file of readdirSync(output)) {
    expect(runPolicyCheck(join(output, file), { stdout: silent, stderr: silent })).toBe(0);
  }
});

test("where one file is there already none is written", () => {
  const output = join(directory, "taken");
  mkdirSync(output);
  writeFileSync(join(output, "anchors.second.yml"), "mine");

  expect(() => run([`${HARDEN_RUNNER}/anchors.yml`], output)).toThrow(
    /anchors\.second\.yml is there already/,
  );
  expect(readdirSync(output)).toEqual(["anchors.second.yml"]);
});

test("names of jobs lead nowhere out of the directory, and no two are one file", () => {
  const output = join(directory, "named");
  const path = join(directory, "..evil.yml");
  const jobs = ["../../up", "a/b", "a_b", "A_B", "x".repeat(500)];
  const steps = "steps: [{ uses: step-security/harden-runner@v2 }]";
  writeFileSync(path, `jobs:\n${jobs.map((job) => `  "${job}": { ${steps} }\n`).join("")}`);

  expect(run([path], output).status).toBe(0);
  expect(readdirSync(output).toSorted()).toEqual(
    [
      "__evil.______up.yml",
      "__evil.A_B-3.yml",
      "__evil.a_b-2.yml",
      "__evil.a_b.yml",
      `__evil.${"x".repeat(80)}.yml`,
    ].toSorted(),
  );
});

test("files without either action have no policy, and the status says so", () => {
  const path = join(directory, "plain.yml");
  writeFileSync(path, "jobs: { a: { steps: [{ run: make }] } }\n");

  expect(run([path])).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "No job uses step-security/harden-runner or bullfrogsec/bullfrog in the 1 file that was read.\n",
  });
});

test("a file that cannot be read is named, and the others are imported", () => {
  const large = join(directory, "large.yml");
  writeFileSync(large, " ".repeat(10_000_000));
  const { status, stdout, stderr } = run([large, "no/such.yml", SIMPLE]);

  expect(status).toBe(2);
  expect(stdout).toContain("registry.npmjs.org:443");
  expect(stderr).toBe(
    `${large} is larger than 1 MiB, and no workflow that GitHub runs is\nno/such.yml does not exist: check the path\n`,
  );
});

test("where nothing could be read nothing is said of what it uses", () => {
  expect(run(["no/such.yml"]).stderr).toBe("no/such.yml does not exist: check the path\n");
});

test("a policy of every destination says too how much was left out, and a mode that is not known which was taken", () => {
  const path = join(directory, "unknown.yml");
  const inputs = "egress-policy: '${{ inputs.mode }}', allowed-endpoints: '${{ inputs.list }}'";
  const step = `{ uses: step-security/harden-runner@v2, with: { ${inputs} } }`;
  writeFileSync(path, `jobs: { mirror: { steps: [${step}] } }\n`);
  const { stderr } = run([path], join(directory, "unknown"));

  expect(stderr).toMatch(/egress-policy is the expression .*: audit is taken instead$/m);
  expect(stderr).toMatch(/unknown\.mirror\.yml: mode audit, every destination, 1 left out$/m);
});

function put(path: string, fixture: string): void {
  writeFileSync(path, readFileSync(fixture));
}

function run(paths: readonly string[], output?: string) {
  const said = { stdout: "", stderr: "" };
  const status = runPolicyImport(paths, output === undefined ? {} : { output }, {
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
  });
  return { status, ...said };
}
