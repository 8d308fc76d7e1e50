/** Workflows that were written for harden-runner, with nothing changed but whose action they use: their inputs are taken, and mean the same. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { InputError } from "../../action/inputs/input-error.ts";
import { type Inputs, readInputs } from "../../action/inputs/read-inputs.ts";
import { toMode, toPolicy } from "../../action/inputs/to-policy.ts";
import { createEgressRules, decideEgress } from "../../agent/egress/decide.ts";
import { createGithubActionsRequired } from "../../agent/egress/github-actions-required.ts";
import { parsePolicy } from "../../agent/policy/parse-policy.ts";

interface Use {
  readonly name: string;
  readonly given: Readonly<Record<string, string>>;
}

/** What is wrong in it was passed over there, and is said here. */
const WITH_MISTAKES = "mistakes.yml";
const files = globSync("test/fixtures/workflows/harden-runner{,-jobs}/*.yml").toSorted();
const uses = files.flatMap((file) =>
  findUses(parse(readFileSync(file, "utf8"))).map((given, at) => ({
    name: `${basename(file)}, use ${at + 1}`,
    given,
  })),
);
const right = uses.filter(({ name }) => !name.startsWith(WITH_MISTAKES));
const required = createGithubActionsRequired({
  server: "https://github.com",
  api: "https://api.github.com",
});

test("there are twenty of them", () => {
  expect(files.length).toBeGreaterThanOrEqual(20);
});

describe("a workflow of harden-runner's", () => {
  test.each(right)("is taken as it is: $name", ({ given }) => {
    const inputs = toInputs(given);

    expect(inputs.remarks.join()).not.toContain("secrets");
    expect(toMode(inputs, undefined)).toBe(given["egress-policy"] ?? "block");
    const isDisabled = (name: string) => /^true$/i.test(given[name] ?? "");
    const hasNoContainers = isDisabled("disable-sudo-and-containers");
    expect(toPolicy(inputs, undefined)).toMatchObject({
      lockdown: {
        sudo: isDisabled("disable-sudo") || hasNoContainers,
        containers: hasNoContainers,
      },
    });
  });

  test.each(right)("has the same verdicts: $name", ({ given }) => {
    const { egress } = parsePolicy(
      JSON.stringify(toPolicy(toInputs(given), undefined)),
      "p",
    ).policy;
    const rules = createEgressRules({ egress }, egress === undefined ? [] : [required]);
    const judged = toDestinations(given["allowed-endpoints"] ?? "").map(({ host, port }) => {
      const isAddress = /^[\d.]+$/.test(host);
      const flow = isAddress ? { ip: host, domains: [] } : { domains: [host] };
      return {
        host,
        port,
        allowed: decideEgress(rules, { transport: "tcp", port, ...flow }).allowed,
      };
    });

    expect(judged).toEqual(
      judged.map(({ host, port }) => ({
        host,
        port,
        // In audit mode without a list nothing is judged.
        allowed:
          egress === undefined || isAllowedThere(given["allowed-endpoints"] ?? "", host, port),
      })),
    );
  });

  test("with mistakes is refused with each of them", () => {
    const [use] = uses.filter(({ name }) => name.startsWith(WITH_MISTAKES));
    const refuse = (): Inputs => toInputs(use?.given ?? {});

    expect(refuse).toThrow(InputError);
    expect(refuse).toThrow(/egress-policy: is "blok".*disable-sudo: is "yes"/s);
  });
});

function toInputs(given: Use["given"]): Inputs {
  const entries = Object.entries(given).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return readInputs(Object.fromEntries(entries));
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
function isAllowedThere(list: string, host: string, port: number): boolean {
  return list
    .split(/\s+/)
    .filter((word) => word !== "")
    .some((word) => {
      const [, name = "", given = "443"] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
      const [before = "", behind] = name.split("*");
      const isCovered =
        behind === undefined ? host === name : host.startsWith(before) && host.endsWith(behind);
      return isCovered && Number(given) === port;
    });
}

/** What is listed, and what is near to it; without what the runner needs itself, which is allowed here in any case. */
function toDestinations(list: string): { host: string; port: number }[] {
  const hosts = list
    .split(/\s+/)
    .filter((word) => word !== "" && !word.startsWith("["))
    .flatMap((word) => {
      const name = word.replace(/:\d+$/, "");
      if (/^[\d.]+$/.test(name)) return [name, "203.0.113.7"];
      const host = name.replace("*", "any.thing");
      return [
        host,
        `below.${host}`,
        host.replace(/^[^.]+\./, ""),
        `evil${host}`,
        `${host}.evil.test`,
      ];
    });
  const runner = createEgressRules({ egress: parsePolicy(RUNNER_ALONE, "p").policy.egress }, [
    required,
  ]);
  return [...new Set(["evil.test", ...hosts])]
    .flatMap((host) => [22, 80, 443, 5432, 8443].map((port) => ({ host, port })))
    .filter(
      ({ host, port }) =>
        !decideEgress(runner, { transport: "tcp", port, domains: [host] }).allowed,
    );
}

const RUNNER_ALONE = "{version: 1, egress: {mode: block}}";
