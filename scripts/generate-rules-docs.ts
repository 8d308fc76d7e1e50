/**
 * Writes docs/rules from what the rules say of themselves. With --check it writes nothing and exits 1 when a page is out of
 * date, or is there for a rule that is not.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { RULES } from "../agent/rules/rule-list.ts";
import type { RuleDescription } from "../agent/rules/rule.ts";

const FOLDER = "docs/rules";
const GENERATED = "<!-- From agent/rules/catalogue by `npm run docs:rules` -->";

/** Every page by its file name. */
export function describeRules(rules: readonly RuleDescription[] = RULES): Map<string, string> {
  const sorted = rules.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return new Map([
    ["README.md", describeAll(sorted)],
    ...sorted.map((rule): [string, string] => [`${rule.id}.md`, describeOne(rule)]),
  ]);
}

function describeAll(rules: readonly RuleDescription[]): string {
  const rows = rules.map(
    ({ id, flags, severity, response, techniques }) =>
      `| [${id}](${id}.md) | ${severity} | ${response} | ${techniques.join(", ")} | ${toCell(flags)} |`,
  );
  return [
    "# Rules",
    "",
    GENERATED,
    "",
    "What the guard flags by itself. Policy sets another severity or response, or switches a rule off:",
    "",
    "```yaml",
    "rules:",
    "  reverse-shell: { response: kill-job }",
    "  pipe-to-shell: off",
    "```",
    "",
    "| rule | severity | response | ATT&CK | flags |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function describeOne(rule: RuleDescription): string {
  const techniques = rule.techniques.map(
    (id) => `[${id}](https://attack.mitre.org/techniques/${id.replace(".", "/")}/)`,
  );
  return [
    `# ${rule.title}`,
    "",
    GENERATED,
    "",
    `Rule \`${rule.id}\`, severity **${rule.severity}**, response **${rule.response}**${techniques.length === 0 ? "" : `, ATT&CK ${techniques.join(", ")}`}.`,
    "",
    "## What it flags",
    "",
    rule.flags,
    "",
    "## Why it matters",
    "",
    rule.why,
    "",
    "## What to do",
    "",
    rule.advice,
    "",
    "## Honest programs",
    "",
    ...rule.honest.map((one) => `- ${one}`),
    "",
    "## Read more",
    "",
    ...rule.references.map(({ title, url }) => `- [${title}](${url})`),
    "",
  ].join("\n");
}

function toCell(text: string): string {
  return text.replace(/[|<*_]/g, "\\$&");
}

function findStale(root: string): string[] {
  const pages = describeRules();
  const folder = join(root, FOLDER);
  const present = existsSync(folder) ? readdirSync(folder) : [];
  const changed = [...pages].filter(
    ([name, text]) => !present.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  return [...changed.map(([name]) => name), ...present.filter((name) => !pages.has(name))];
}

function write(root: string): void {
  const folder = join(root, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of describeRules()) writeFileSync(join(folder, name), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const stale = findStale(root);
  if (!process.argv.includes("--check")) {
    write(root);
  } else if (stale.length > 0) {
    process.stderr.write(`${FOLDER} is out of date (${stale.join(", ")}): npm run docs:rules\n`);
    process.exitCode = 1;
  }
}
