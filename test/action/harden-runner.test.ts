/** Workflows that were written for harden-runner, with nothing changed but whose action they use: their inputs are taken, and mean the same. */
import { describe, expect, test } from "vitest";

import { InputError } from "../../action/inputs/input-error.ts";
import { type Inputs, readInputs } from "../../action/inputs/read-inputs.ts";
import { toMode, toPolicy } from "../../action/inputs/to-policy.ts";
import { createEgressRules, decideEgress } from "../../agent/egress/decide.ts";
import { parsePolicy } from "../../agent/policy/parse-policy.ts";
import {
  isAddress,
  isAllowedThere,
  readUses,
  required,
  toDestinations,
  type Use,
  workflowFiles,
} from "./support/harden-runner-uses.ts";

/** What is wrong in it was passed over there, and is said here. */
const WITH_MISTAKES = "mistakes.yml";
const uses = readUses();
const right = uses.filter(({ name }) => !name.startsWith(WITH_MISTAKES));

test("there are twenty of them", () => {
  expect(workflowFiles.length).toBeGreaterThanOrEqual(20);
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
      const flow = isAddress(host) ? { ip: host, domains: [] } : { domains: [host] };
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
          egress === undefined || isAllowedThere(given["allowed-endpoints"] ?? "", { host, port }),
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
