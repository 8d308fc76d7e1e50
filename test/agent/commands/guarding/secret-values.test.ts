import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  addEnvironmentValues,
  addSecretValues,
  toEntries,
  toSecretPatterns,
} from "../../../../agent/commands/guarding/secret-values.ts";
import type { Redaction } from "../../../../agent/redact/redaction.ts";
import { policySchema } from "../../../../protocol/index.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "guard-secrets-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Takes what has four characters and more. */
function remember() {
  const added: [string, string | undefined][] = [];
  const addValue: Redaction["addValue"] = (value, source) => {
    const text = Buffer.from(value).toString();
    if (text.length < 4) return "too-short";
    added.push([text, source]);
    return "added";
  };
  return { added, addValue };
}

const environment = [
  "NPM_TOKEN=abcdef",
  "PATH=/bin",
  "EMPTY_SECRET=",
  "X_KEY=ab=cd",
  "ODD",
  "=C:=x",
];
const entries = () => toEntries(environment.map((entry) => Buffer.from(entry)));

test("values of variables that are named like secrets are taken, with the names, and no others", () => {
  const { added, addValue } = remember();

  expect(addEnvironmentValues({ addValue }, entries(), toSecretPatterns(null))).toEqual([]);
  expect(added).toEqual([
    ["abcdef", "NPM_TOKEN"],
    ["ab=cd", "X_KEY"],
  ]);
});

test("policy says which names are secret, but for what the CI system gives its own tools", () => {
  const policy = policySchema.parse({ version: 1, secrets: { environment: ["PATH"] } });
  const { added, addValue } = remember();
  const runner = Buffer.from("ACTIONS_RUNTIME_TOKEN=runtime");
  addEnvironmentValues(
    { addValue },
    [...entries(), ...toEntries([runner])],
    toSecretPatterns(policy),
  );

  expect(added).toEqual([
    ["/bin", "PATH"],
    ["runtime", "ACTIONS_RUNTIME_TOKEN"],
  ]);
});

async function add(path: string | undefined, given: readonly string[] = []) {
  const { added, addValue } = remember();
  const warnings: string[] = [];
  await addSecretValues(
    { addValue },
    {
      policy: null,
      environment: toEntries(given.map((entry) => Buffer.from(entry))),
      secretsFile: path,
      warn: (message) => warnings.push(message),
    },
  );
  return { added, warnings };
}

test("values that cannot be masked are named, and not shown", async () => {
  const { warnings } = await add(undefined, ["A_TOKEN=ab", "B_TOKEN=cd", "C_TOKEN=long enough"]);

  expect(warnings).toEqual([
    "warning: too short or too common to be masked, or too many: A_TOKEN, B_TOKEN",
  ]);
});

describe("a file of secrets", () => {
  test("is taken line by line", async () => {
    const path = join(directory, "secrets");
    writeFileSync(path, "first secret\r\n\nsecond secret\n");

    expect((await add(path)).added.map(([value]) => value)).toEqual([
      "first secret",
      "second secret",
    ]);
  });

  test("that is not there ends it, with its name", async () => {
    const path = join(directory, "nothing");

    await expect(add(path)).rejects.toMatchObject({
      code: "usage",
      message: `--secrets-file: ${path} does not exist: check the path`,
    });
  });

  test("that is a directory ends it", async () => {
    await expect(add(directory)).rejects.toMatchObject({
      code: "usage",
      message: `--secrets-file: ${directory} is no file`,
    });
  });

  test.each(["", "\n\n", "binary\0"])("that holds %j ends it", async (text) => {
    const path = join(directory, "useless");
    writeFileSync(path, text);

    await expect(add(path)).rejects.toMatchObject({ code: "usage" });
  });

  test("that is too large ends it", async () => {
    const path = join(directory, "large");
    writeFileSync(path, "x".repeat(8_388_609));

    await expect(add(path)).rejects.toMatchObject({ code: "usage" });
  });
});
