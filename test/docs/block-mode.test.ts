/** The walk from audit to block on docs/block-mode.md, done as it is written there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createInternet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";

const SITES = ["registry.npmjs.org", "github.com", "collect.example.net"];
const TIMEOUT_MS = 60_000;

const page = readFileSync("docs/block-mode.md", "utf8");
const walk = /^## From audit to block\n(.*?)^## /ms.exec(page)?.[1] ?? "";

test.skipIf(!requires.internet.available)(
  `the walk from audit to block prints what the page says${requires.internet.note}`,
  { timeout: TIMEOUT_MS },
  async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    for (const [index, site] of SITES.entries()) {
      await internet.site(site, { ipv4: `198.51.100.${10 + index}`, ports: { 443: "https" } });
    }
    const [script = ""] = blocksOf("sh");
    const policies = blocksOf("yaml");
    const outputs = blocksOf("");
    expect([policies.length, outputs.length]).toEqual([2, 2]);
    writeFileSync(join(pod.folder, "build.sh"), script);

    for (const [index, policy] of policies.entries()) {
      writeFileSync(join(pod.folder, "policy.yml"), policy);
      const [command = "", ...quoted] = (outputs[index] ?? "").replace("…\n", "").split("\n");
      const { stdout } = await pod.run(["sh", "-c", toLine(command)], {
        env: { CURL_CA_BUNDLE: pod.caFile },
      });

      expect(withoutMeasures(stdout)).toContain(withoutMeasures(quoted.join("\n")));
    }
  },
);

function blocksOf(language: string): string[] {
  return [...walk.matchAll(/^```(?<language>[a-z]*)\n(?<text>.*?)^```$/gms)]
    .filter(({ groups }) => groups?.["language"] === language)
    .map(({ groups }) => groups?.["text"] ?? "");
}

/** `$ runner-guard …`, as whoever has it in PATH types it. */
function toLine(command: string): string {
  return `${command.replace("$ runner-guard", join(process.cwd(), "bin/runner-guard"))} 2>&1`;
}

/** Times, and which of two questions came first, differ; bytes are missing where the guard ends before the connection. */
function withoutMeasures(text: string): string {
  return text
    .replaceAll(/after \d[\d.]* m?s/g, "after …")
    .replaceAll(/ · \d[\d.]* k?B out, \d[\d.]* k?B in/g, "")
    .replaceAll("AAAA, A ", "A, AAAA ")
    .replaceAll(/ +/g, " ");
}
