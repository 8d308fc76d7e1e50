import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { toCollectorTarget } from "../../../../agent/commands/guarding/collector-target.ts";

test("a token of a file is masked before it is shown, also when it was renewed, and once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "target-"));
  const collectorTokenFile = join(folder, "token");
  writeFileSync(collectorTokenFile, "the-first-token\n");
  const masked: string[] = [];
  const target = toCollectorTarget(
    {
      collector: ["https://collector.test"],
      collectorTokenFile,
      collectorCa: undefined,
      collectorPlainHttp: false,
    },
    { token: undefined, onToken: (token) => masked.push(token) },
  );
  const proof = target?.openProof(() => Promise.reject(new Error("nobody asks")));
  writeFileSync(collectorTokenFile, "the-second-token\n");
  const { signal } = new AbortController();
  const shown = [await proof?.(undefined, signal), await proof?.(undefined, signal)];
  rmSync(folder, { recursive: true });

  expect(shown).toEqual(["the-second-token", "the-second-token"]);
  expect(masked).toEqual(["the-first-token", "the-second-token"]);
});

test("an audience that nobody asks for a token with is refused, and not ignored", () => {
  const config = {
    collector: ["https://collector.test"],
    collectorTokenFile: undefined,
    collectorCa: undefined,
    collectorPlainHttp: false,
    collectorAudience: "https://collector.test",
  };

  expect(() => toCollectorTarget(config, { token: "a-token-of-the-test" })).toThrow(
    "--collector-audience is for --collector-auth github-oidc",
  );
});

test("where a pod has no token, what is blamed is the option that was given", () => {
  const config = {
    collector: ["https://collector.test"],
    collectorTokenFile: undefined,
    collectorCa: undefined,
    collectorPlainHttp: false,
    collectorAuth: "kubernetes" as const,
  };

  expect(() => toCollectorTarget(config, { token: undefined, onToken: () => undefined })).toThrow(
    /^--collector-auth kubernetes: \/var\/run\/secrets\/runner-guard\/token /,
  );
});
