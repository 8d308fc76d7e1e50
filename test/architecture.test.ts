import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { describe, expect, test } from "vitest";

const FOLDERS: Record<string, readonly string[]> = {
  protocol: ["protocol"],
  "command-line": ["command-line", "protocol"],
  agent: ["agent", "command-line", "protocol"],
  action: ["action", "agent", "protocol"],
  collector: ["collector", "command-line", "protocol"],
};
/** Where the parts meet; nothing that is a part may know these. */
const JOINING = [
  "agent/main.ts",
  "agent/config/",
  "agent/guard/",
  "agent/commands/",
  "collector/main.ts",
  "collector/command-line/",
  "collector/collector.ts",
  "collector/maintenance/",
  "collector/api/",
  "collector/dashboard/client/api/types.ts",
];
/** What every part of the agent, or of the collector, may speak of. */
const VOCABULARY = [
  "agent/observation.ts",
  "agent/errors.ts",
  "agent/parse-json.ts",
  "agent/visible-text.ts",
  "collector/errors.ts",
  "collector/stores/",
  "collector/sync-to-disk.ts",
  "collector/fetch-json.ts",
  "collector/describe-faults.ts",
  "collector/find-json-fault.ts",
  "collector/option-faults.ts",
  "collector/read-option-file.ts",
  "collector/rule-pattern.ts",
  "collector/visible-text.ts",
];
/** Of the agent's, what the action has no reason to write a second time: small or pure, and without libraries of the system. */
const OPEN_TO_ACTION = [
  "agent/control/control-client.ts",
  "agent/control/control-request.ts",
  "agent/egress/destination-pattern.ts",
  "agent/egress/github-actions-required.ts",
  "agent/errors.ts",
  "agent/policy/",
  "agent/process/process-id.ts",
  "agent/report/",
  "agent/sensor/proc/process-stat.ts",
  "agent/parse-json.ts",
  "agent/visible-text.ts",
];
/** One part that stands on another: a policy file is checked against what egress can match; clusters vouch for pods, and pods are ended there. */
const STANDS_ON: Record<string, readonly string[]> = {
  "agent/policy": ["agent/egress/"],
  "collector/alerting": ["collector/export/"],
  "collector/identity": ["collector/kubernetes/"],
  "collector/live": ["collector/identity/"],
  "collector/response": ["collector/kubernetes/"],
};

const sources = globSync("{protocol,agent,action,collector}/**/*.{ts,tsx}", {
  exclude: ["**/dist/**"],
});
const parts = globSync("{agent,collector}/*/**/*.{ts,tsx}").filter(
  (file) => !isOneOf([...JOINING, ...VOCABULARY], file),
);
const vocabulary = sources.filter((file) => isOneOf(VOCABULARY, file));

test("the scan sees the source tree", () => {
  expect(sources.length).toBeGreaterThan(5);
  expect(new Set(parts.map(partOf)).size).toBeGreaterThan(3);
  for (const known of VOCABULARY) expect(sources.some((file) => isOneOf([known], file))).toBe(true);
});

describe("the folders import one way", () => {
  test.each(sources)("%s", (file) => {
    const allowed = FOLDERS[topFolderOf(file)] ?? [];

    expect(relativeImports(file).filter((it) => !allowed.includes(topFolderOf(it)))).toEqual([]);
  });
});

describe("the parts do not know one another", () => {
  test.each(parts)("%s", (file) => {
    const own = [`${partOf(file)}/`, ...(STANDS_ON[partOf(file)] ?? [])];
    const known = [...own, ...VOCABULARY, "protocol/"];

    expect(relativeImports(file).filter((it) => !isOneOf(known, it))).toEqual([]);
  });
});

describe("the action knows little of the agent", () => {
  test.each(sources.filter((file) => topFolderOf(file) === "action"))("%s", (file) => {
    const known = ["action/", "protocol/", ...OPEN_TO_ACTION];

    expect(relativeImports(file).filter((it) => !isOneOf(known, it))).toEqual([]);
  });
});

describe("what every part may speak of knows no part", () => {
  test.each(vocabulary)("%s", (file) => {
    const known = [...VOCABULARY, "protocol/"];

    expect(relativeImports(file).filter((it) => !isOneOf(known, it))).toEqual([]);
  });
});

describe("the protocol needs zod and itself alone", () => {
  test.each(sources.filter((file) => topFolderOf(file) === "protocol"))("%s", (file) => {
    expect(imports(file).filter((it) => it !== "zod" && !it.startsWith("./"))).toEqual([]);
  });
});

test("what browsers load knows the API by its types alone", () => {
  const text = readFileSync("collector/dashboard/client/api/types.ts", "utf8");
  const statements = [...text.matchAll(/^import (?<kind>\w+)/gm)].map(
    ({ groups }) => groups?.["kind"],
  );

  expect(statements.length).toBeGreaterThan(5);
  expect(new Set(statements)).toEqual(new Set(["type"]));
});

test("every way of importing is seen", () => {
  const text = `
    import a from "./a.ts"; import "./b.ts"; export * from "./c.ts";
    const d = await import("./d.ts"); import type { E } from "./e.ts";
    import {
      f,
    } from "./f.ts";`;

  expect(importsIn(text)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"]);
});

function isOneOf(paths: readonly string[], file: string): boolean {
  return paths.some((path) => (path.endsWith("/") ? file.startsWith(path) : file === path));
}

function topFolderOf(file: string): string {
  return file.split("/")[0] ?? "";
}

function partOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}

function relativeImports(file: string): string[] {
  return imports(file)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => normalize(join(dirname(file), specifier)));
}

function imports(file: string): string[] {
  return importsIn(readFileSync(file, "utf8"));
}

function importsIn(text: string): string[] {
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...specifiers].map(([, specifier = ""]) => specifier);
}
