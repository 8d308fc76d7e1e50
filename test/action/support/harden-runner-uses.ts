/** Workflows that were written for harden-runner: how each of them uses it, and what it would make of a connection. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { parse } from "yaml";

import { createEgressRules, decideEgress } from "../../../agent/egress/decide.ts";
import { createGithubActionsRequired } from "../../../agent/egress/github-actions-required.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";

export interface Use {
  readonly name: string;
  readonly given: Readonly<Record<string, string>>;
}

export interface Destination {
  readonly host: string;
  readonly port: number;
}

const RUNNER_ALONE = "{version: 1, egress: {mode: block}}";

/** What the runner itself needs, which is allowed here in any case. */
export const required = createGithubActionsRequired({
  server: "https://github.com",
  api: "https://api.github.com",
});

export const workflowFiles: readonly string[] = globSync(
  "test/fixtures/workflows/harden-runner{,-jobs}/*.yml",
).toSorted();

export function readUses(): readonly Use[] {
  return workflowFiles.flatMap((file) =>
    findUses(parse(readFileSync(file, "utf8"))).map((given, at) => ({
      name: `${basename(file)}, use ${at + 1}`,
      given,
    })),
  );
}

/** Wherever in the document; expressions are what a workflow is called with. */
function findUses(node: unknown): Use["given"][] {
  if (typeof node !== "object" || node === null) return [];
  const own =
    "uses" in node && /^step-security\/harden-runner@/i.test(String(node.uses))
      ? [toTexts("with" in node ? node.with : {})]
      : [];
  return [...own, ...Object.values(node).flatMap(findUses)];
}

function toTexts(given: unknown): Use["given"] {
  const entries = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.toLowerCase(),
      // GitHub's to evaluate.
      String(value).replaceAll(/\$\{\{.*?\}\}/g, name === "egress-policy" ? "block" : "any.test"),
    ]),
  );
}

/**
 * As its agent judges: dnsproxy.go and config.go of step-security/agent. A wildcard is what stands before and behind the star; a port
 * that is left out is 443.
 */
export function isAllowedThere(list: string, { host, port }: Destination): boolean {
  return toWords(list).some((word) => {
    const [, name = "", given = "443"] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
    const [before = "", behind] = name.split("*");
    const isCovered =
      behind === undefined ? host === name : host.startsWith(before) && host.endsWith(behind);
    return isCovered && Number(given) === port;
  });
}

/** What is listed, and what is near to it; without what the runner needs itself. */
export function toDestinations(list: string): Destination[] {
  const hosts = toWords(list).flatMap((word) => {
    const name = toName(word);
    return isAddress(name) ? [name, "203.0.113.7"] : [toHost(name), ...toNeighbours(toHost(name))];
  });
  return [...new Set(["evil.test", ...hosts])]
    .flatMap((host) => [22, 80, 443, 5432, 8443].map((port) => ({ host, port })))
    .filter((destination) => !isOfRunner(destination));
}

export function isOfRunner({ host, port }: Destination): boolean {
  return decideEgress(ofRunner, { transport: "tcp", port, domains: [host] }).allowed;
}

const ofRunner = createEgressRules({ egress: parsePolicy(RUNNER_ALONE, "p").policy.egress }, [
  required,
]);

/** Its agent cuts at the first colon, so that no IPv6 address ever matched. */
export function toWords(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== "" && !word.startsWith("["));
}

export function toName(word: string): string {
  return word.replace(/:\d+$/, "");
}

export function toHost(name: string): string {
  return name.replace("*", "any.thing");
}

export function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name);
}

export function toNeighbours(host: string): string[] {
  return [`below.${host}`, host.replace(/^[^.]+\./, ""), `evil${host}`, `${host}.evil.test`];
}
