import { expect, test } from "vitest";

import { createProgram } from "../../../agent/commands/program.ts";

const SECRET = "hunter2-secret-of-nobody";

function start() {
  const said = { stdout: "", stderr: "" };
  const program = createProgram({
    environment: { DEPLOY_TOKEN: SECRET },
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
    workingDirectory: "/work",
    onSignal: () => undefined,
    onResize: () => undefined,
  });
  return { program, said };
}

test.each([
  { what: "an error", thrown: new Error(`cannot open /srv/${SECRET}`) },
  { what: "a text", thrown: `cannot open /srv/${SECRET}` },
  { what: "an error with a cause", thrown: new Error(SECRET, { cause: new Error(SECRET) }) },
])("$what that nobody catches is told of, without the secret in it", ({ thrown }) => {
  const { program, said } = start();

  expect(program.fail(thrown)).toBe(70);
  expect(said.stderr).toMatch(
    /^runner-guard: this is a bug in the guard: .*\[redacted:known-value:/,
  );
  expect(said.stderr).not.toContain(SECRET);
});

test("wrong usage that quotes a secret is told of without it", async () => {
  const { program, said } = start();

  expect(await program.run([`--${SECRET}`])).toEqual({ exitCode: 2 });
  expect(said.stderr).toContain("unknown option '--[redacted:known-value:");
  expect(said.stderr).not.toContain(SECRET);
});

test("help comes as it is", async () => {
  const { program, said } = start();

  expect(await program.run(["help", "run"])).toEqual({ exitCode: 0 });
  expect(said.stdout).toContain("--secrets-file");
  expect(said.stderr).toBe("");
});
