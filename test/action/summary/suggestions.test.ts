import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { readInputs } from "../../../action/inputs/read-inputs.ts";
import { toRulesUrl } from "../../../action/summary/rules-url.ts";
import { suggestInputs } from "../../../action/summary/suggest-inputs.ts";

const withSchema = z.object({ with: z.record(z.string(), z.string()) });

test("suggested inputs are read by the action as the policy that they are from", () => {
  const allow = [
    "registry.npmjs.org",
    "*.blob.core.windows.net:443",
    "192.0.2.7:8080",
    "a.example:53/udp",
  ];
  const policy = `version: 1\negress: { mode: block, allow: ${JSON.stringify(allow)} }\n`;
  const inputs = withSchema.parse(parse(suggestInputs(policy) ?? "")).with;
  const environment = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  expect(readInputs(environment)).toMatchObject({ mode: "block", endpoints: allow, remarks: [] });
});

test("a policy that allows nothing is not suggested as inputs", () => {
  expect(suggestInputs("version: 1\negress: { mode: block, allow: [] }\n")).toBeUndefined();
});

test.each([
  [
    "https://github.com",
    "acme/runner-guard",
    "v1",
    "https://github.com/acme/runner-guard/blob/v1/docs/rules",
  ],
  [
    "https://ghes.acme.test:8443",
    "acme/guard",
    "releases/v1",
    "https://ghes.acme.test:8443/acme/guard/blob/releases/v1/docs/rules",
  ],
  ["https://github.com", "", "", undefined],
  ["https://github.com", "acme/runner-guard", "v1) [x](http://evil.example", undefined],
  ["javascript:alert(1)//", "acme/runner-guard", "v1", undefined],
  ["https://github.com", "acme/runner-guard", "v1\n", undefined],
])("rules' pages of %s %s at %j are at %s", (server, repository, ref, url) => {
  expect(
    toRulesUrl({
      GITHUB_SERVER_URL: server,
      GITHUB_ACTION_REPOSITORY: repository,
      GITHUB_ACTION_REF: ref,
    }),
  ).toBe(url);
});
