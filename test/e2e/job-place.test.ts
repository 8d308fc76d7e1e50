import { mkdirSync } from "node:fs";

import { expect, test } from "vitest";

import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const { bpf } = requires;
const WRITES =
  "cd checkout && mkdir -p .github/workflows && echo 'on: push' > .github/workflows/x.yml";

test.skipIf(!bpf.available)(
  `the checkout and the settings that a command's environment names reach its guard${bpf.note}`,
  async () => {
    using place = new Workplace();
    const env = {
      GITHUB_WORKSPACE: place.path("checkout"),
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    };
    mkdirSync(place.path("checkout"));
    const { report } = await place.report([], ["sh", "-c", WRITES], { env });

    expect(report.findings.map(({ rule }) => rule.id)).toEqual(["workflow-write"]);
    expect(report.posture?.failed.map(({ id }) => id)).toContain("tls-checks-off");
  },
);
