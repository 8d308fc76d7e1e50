import { expect, test } from "vitest";

import { createProgram } from "../../../agent/commands/program.ts";
import { COMMAND_OPTIONS, RUN_OPTIONS, toFlag, WATCH_OPTIONS } from "../../../agent/config.ts";

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

const WITH_VALUE = [
  ...Object.entries({ ...RUN_OPTIONS, ...COMMAND_OPTIONS }).map(([name, { placeholder }]) => ({
    before: ["run", toFlag(name)],
    placeholder,
  })),
  ...Object.entries(WATCH_OPTIONS).map(([name, { placeholder }]) => ({
    before: ["watch", toFlag(name)],
    placeholder,
  })),
].filter(({ placeholder }) => placeholder !== undefined);

test.each([
  ...WITH_VALUE,
  { before: ["policy", "test", "policy.yml", "--against"] },
  { before: ["redact", "--secrets-file"] },
])("$before takes no -- for its value", async ({ before }) => {
  const { program, said } = start();

  expect(await program.run([...before, "--", "true"])).toEqual({ exitCode: 2 });
  expect(said.stderr).toMatch(
    new RegExp(`^runner-guard: option '${before.at(-1)} <.*>' needs a value before the --\n`),
  );
});

test.each([
  { asked: ["nosuch"], says: 'help knows no command "nosuch"\nTry `runner-guard --help`.\n' },
  {
    asked: ["polcy"],
    says: 'help knows no command "polcy", did you mean policy?\nTry `runner-guard --help`.\n',
  },
  {
    asked: ["policy", "chek"],
    says: 'help knows no command "chek", did you mean check?\nTry `runner-guard policy --help`.\n',
  },
])("help says of $asked that it is no command", async ({ asked, says }) => {
  const { program, said } = start();

  expect(await program.run(["help", ...asked])).toEqual({ exitCode: 2 });
  expect(said).toEqual({ stdout: "", stderr: `runner-guard: ${says}` });
});

test.each([
  ["help", "policy", "check"],
  ["policy", "help", "check"],
])("%s %s %s explains the subcommand", async (...args) => {
  const { program, said } = start();

  expect(await program.run(args)).toEqual({ exitCode: 0 });
  expect(said.stdout).toMatch(/^Usage: runner-guard policy check /);
});
