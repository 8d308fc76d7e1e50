import { expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const POLICY = `
version: 1
rules:
  no-env-for-others:
    title: env is not used here
    severity: high
    on: process
    when:
      process.name: [env, "env.*"]
      process.args: { contains: MARKED }
      not: { process.parent.name: make }
  quiet-one:
    title: Nobody does this
    on: process
    when: { all: [{ process.name: env }, { process.args: { prefix: --never } }] }
`;

test.skipIf(!requires.bpf.available)(
  `a policy's own rule flags what it speaks of, and nothing else${requires.bpf.note}`,
  async () => {
    using place = new Workplace();
    place.write("policy.yml", POLICY);
    const { report } = await place.report(
      ["--policy", place.path("policy.yml"), "--enforcement", "none"],
      ["sh", "-c", "env MARKED=1 true; env OTHER=1 true; true"],
    );
    const own = report.findings.filter(({ rule }) => /env|quiet/.test(rule.id));

    expect(own).toMatchObject([
      {
        rule: { id: "no-env-for-others", name: "env is not used here" },
        severity: "high",
        response: "report",
        count: 1,
        evidence: { executable: expect.stringMatching(/\/env$/) },
      },
    ]);
  },
);
