import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { readDocuments } from "../docs/documents.ts";
import { requires } from "../support/requires.ts";
import { CHART } from "./support/helm.ts";
import { type Manifest, renderOwnOverlay } from "./support/kustomize.ts";

const { kubectl } = requires;
const EXAMPLE = "registry.example.com/runner-guard";
const documents = readDocuments();
const [, built = ""] = /^docker build --tag (\S+) \.$/m.exec(read("docs/image.md")) ?? [];
const overlays = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^```yaml\n# (\w+)\/kustomization\.yaml\n(.*?)^```$/gms)].map(
    ([, name = "", overlay = ""]) => ({ path, name, overlay }),
  ),
);
const replaced = documents.flatMap(({ text }) =>
  [...text.matchAll(/^ *sed (?:-i )?'s#(\S+)#(\S+)#' (kustomize\/\S+)/gm)].map(
    ([, from = "", to = "", file = ""]) => ({ from, to, file }),
  ),
);
const packageSchema = z.object({ version: z.string() });
const chartSchema = z.object({ appVersion: z.string() });
const valuesSchema = z.object({ image: z.object({ repository: z.string() }) });

describe("the image has one name in all documents", () => {
  test("with this version, under which it is pushed", () => {
    const { version } = packageSchema.parse(JSON.parse(read("package.json")));

    expect(built).toMatch(new RegExp(`^registry\\.internal/runner-guard:${version}$`));
    expect(read("docs/image.md")).toContain(`\ndocker push ${built}\n`);
  });

  test("that the chart looks for with the values of its page", () => {
    const [, values = ""] =
      /^```yaml\n# my-values\.yaml\n(.*?)^```$/ms.exec(read(join(CHART, "README.md"))) ?? [];
    const { repository } = valuesSchema.parse(parse(values)).image;
    const { appVersion } = chartSchema.parse(parse(read(join(CHART, "Chart.yaml"))));

    expect(`${repository}:${appVersion}`).toBe(built);
  });

  test("that texts are given, where the example's stands in them", () => {
    expect(new Set(replaced.map(({ file }) => file))).toEqual(
      new Set([
        "kustomize/arc-dind/values.yaml",
        "kustomize/arc-kubernetes/pod-template.yaml",
        "kustomize/gitlab/config.template.toml",
        "kustomize/jenkins/pod.yaml",
      ]),
    );
    for (const { from, to, file } of replaced) {
      expect({ from, to }).toEqual({ from: EXAMPLE, to: built });
      expect(read(join("deploy", file))).toContain(`image: ${EXAMPLE}\n`);
    }
  });
});

test("no command of a page writes into the checkout, which the next git pull would not take", () => {
  const writing = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/^ *sed -i .* runner-guard\/.*$/gm)].map(([line]) => `${path}: ${line}`),
  );

  expect(writing).toEqual([]);
  expect(read("deploy/kustomize/README.md")).toContain(
    "\ncp -r runner-guard/deploy/kustomize kustomize\n",
  );
});

describe.skipIf(!kubectl.available)(`overlays that documents show${kubectl.note}`, () => {
  test("there are some", () => {
    expect(overlays.map(({ name, path }) => `${name} ${path}`).toSorted()).toEqual([
      "collector deploy/kustomize/README.md",
      "collector docs/getting-started/kubernetes-arc.md",
      "runners docs/getting-started/kubernetes-arc.md",
      "runners docs/getting-started/kubernetes-runners.md",
    ]);
  });

  test.each(overlays)(
    "$name of $path is one, with nothing left of the example",
    ({ name, overlay }) => {
      const text = JSON.stringify(renderOwnOverlay(name, overlay).filter(isNoText));

      expect(text).toContain(`"image":"${built}"`);
      expect(text).not.toContain(EXAMPLE);
      expect(text).not.toContain("YOUR-ORGANISATION");
      expect(name === "collector" || text.includes("acme")).toBe(true);
    },
  );
});

function isNoText({ kind }: Manifest): boolean {
  return kind !== "ConfigMap";
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
