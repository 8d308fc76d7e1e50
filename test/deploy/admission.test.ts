import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

import { requires } from "../support/requires.ts";
import { type Container, listGuardedPods } from "./support/guarded-pods.ts";
import { KUSTOMIZE, renderOverlays } from "./support/kustomize.ts";

const policySchema = z.object({
  spec: z.looseObject({
    variables: z.array(z.object({ name: z.string(), expression: z.string() })),
    validations: z.array(z.object({ message: z.string(), expression: z.string() })),
  }),
});
const bindingSchema = z.object({
  spec: z.object({
    validationActions: z.array(z.string()),
    matchResources: z.object({
      namespaceSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    }),
  }),
});
const documents = parseAllDocuments(
  readFileSync(join(KUSTOMIZE, "admission/policy.yaml"), "utf8"),
).map((document) => document.toJS());
const { kubectl } = requires;

/** What it does with a pod takes an API server of Kubernetes 1.30: here is that it asks for what our pods have. */
describe.skipIf(!kubectl.available)(`what a cluster lets in${kubectl.note}`, () => {
  const { variables, validations } = policySchema.parse(documents[0]).spec;
  const overlays = renderOverlays();

  test("the guard that it asks for is the one that each of our pods has", () => {
    const guards = listGuardedPods(overlays).map(({ spec }) => spec.initContainers[0]);

    for (const guard of guards)
      expect(toAsked(guard)).toEqual({
        image: readList("image"),
        args: readList("args"),
        mounts: readList("mounts"),
        capabilities: readList("capabilities"),
      });
  });

  test("no variable is asked for that is not there, and each is", () => {
    const text = [...variables, ...validations].map(({ expression }) => expression).join("\n");
    const used = [...text.matchAll(/\bvariables\.(\w+)/g)].map(([, name]) => name);

    expect(new Set(used)).toEqual(new Set(variables.map(({ name }) => name)));
  });

  test("it is for each namespace of runners, and refuses", () => {
    const { validationActions, matchResources } = bindingSchema.parse(documents[1]).spec;
    const { matchLabels } = matchResources.namespaceSelector;
    const spaces = listGuardedPods(overlays).map(({ overlay }) =>
      overlays.get(overlay)?.find(({ kind }) => kind === "Namespace"),
    );

    expect(validationActions).toEqual(["Deny"]);
    for (const space of spaces) expect(space?.metadata["labels"]).toMatchObject(matchLabels);
  });

  /** Lists and strings of CEL that have no quotes in them are those of JSON, but for how they are quoted. */
  function readList(name: string): unknown {
    const { expression = "null" } = variables.find((one) => one.name === name) ?? {};
    return JSON.parse(expression.replaceAll("'", '"'));
  }
});

function toAsked(guard: Container | undefined) {
  return {
    image: guard?.image,
    args: guard?.args,
    mounts: guard?.volumeMounts?.map(({ name, mountPath }) => `${name}:${mountPath}`),
    capabilities: guard?.securityContext?.capabilities?.add,
  };
}
