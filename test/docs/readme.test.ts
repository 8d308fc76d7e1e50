/**
 * A block of the README that is to be run has a comment in front that no reader sees:
 *
 *     <!-- run: status 86, needs the kernel sensor, needs nftables, prints one line | another -->
 *
 * `prints what is quoted below` stands for the whole of the next block, where a line with `…` is whatever comes between.
 * A summary with `<!-- sections of: npm start -->` in front has the sections that this block's run prints.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { requires } from "../support/requires.ts";

const { bpf, internet } = requires;
const readme = readFileSync("README.md", "utf8");
const blocks = [
  ...readme.matchAll(
    /^<!-- run:(?: status (?<status>\d+),)?(?<kernel> needs the kernel sensor,)?(?<nftables> needs nftables,)? prints (?<prints>.+?) -->\n+```sh\n(?<commands>.*?)^```$(?:\n+```\n(?<quoted>.*?)^```$)?/gms,
  ),
].map(({ groups }) => ({
  status: Number(groups?.["status"] ?? 0),
  needs: [
    ...(groups?.["kernel"] === undefined ? [] : [bpf]),
    ...(groups?.["nftables"] === undefined ? [] : [internet]),
  ],
  prints: toPrints(groups?.["prints"] ?? "", groups?.["quoted"] ?? ""),
  commands: groups?.["commands"] ?? "",
  title: groups?.["commands"]?.trim().split("\n").at(-1) ?? "",
}));

const sampled = new Map(
  [...readme.matchAll(/^<!-- sections of: (?<title>.+?) -->\n+```\n(?<summary>.*?)^```$/gms)].map(
    ({ groups }) => [groups?.["title"] ?? "", toSections(groups?.["summary"] ?? "")],
  ),
);

/** The sample job takes three seconds alone on two cores; other tests run beside this one. */
const TIMEOUT_MS = 90_000;

let directory: string;

/** Looks like the checkout to whoever reads, and takes what the commands write. */
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "readme-"));
  for (const name of readdirSync("."))
    symlinkSync(join(process.cwd(), name), join(directory, name));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("every block that is marked to be run is found", () => {
  expect(blocks).toHaveLength(readme.split("<!-- run:").length - 1);
  expect(blocks.length).toBeGreaterThan(4);
  expect(blocks.map(({ title }) => title)).toEqual(expect.arrayContaining([...sampled.keys()]));
  expect([...sampled.values()].flat()).toEqual(expect.arrayContaining(["Ran", "Findings"]));
  expect(blocks.flatMap(({ prints }) => prints)).not.toContain("");
});

for (const { title, status, needs, prints, commands } of blocks) {
  const sections = bpf.available && internet.available ? sampled.get(title) : undefined;
  const missing = needs.find(({ available }) => !available);
  test.skipIf(missing !== undefined)(
    `${title} does what the README says${missing?.note ?? ""}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const run = await runInShell(commands);

      const unsaid = prints.filter((text) => !run.output.includes(text));
      const shown = sections && toSections(run.output);

      expect({ ...run, unsaid, shown }).toEqual({
        output: run.output,
        status,
        unsaid: [],
        shown: sections,
      });
    },
  );
}

/** What the machine is like is told where something is wrong with it. */
function toSections(output: string): readonly string[] {
  const summary = output.slice(output.indexOf("── Runner Guard"));
  return [...summary.matchAll(/^[A-Z][a-z ]+$|^(?:Ran)(?= )|^ {2}! \d+ findings/gm)]
    .map(([title]) => title)
    .filter((title) => title !== "Posture");
}

function toPrints(prints: string, quoted: string): readonly string[] {
  return prints === "what is quoted below" ? quoted.split("…\n") : prints.split(" | ");
}

/** As a reader would paste it: the README's commands are a shell's. */
function runInShell(commands: string): Promise<{ status: number | null; output: string }> {
  const shell = spawn("sh", ["-e"], { cwd: directory, timeout: TIMEOUT_MS });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  shell.stdin.end(commands);
  return new Promise((resolve, reject) => {
    shell.once("error", reject);
    shell.once("close", (status) => resolve({ status, output }));
  });
}
