import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { SERVE_FLAGS } from "../../collector/config.ts";
import { requires } from "../support/requires.ts";
import { CHANGED, CHANGED_AND_THERE } from "./support/changed-values.ts";
import { checkKinds, toKind } from "./support/check-kinds.ts";
import { CHART, COMPILE_MS, type Rendered, renderJobs, renderValues } from "./support/helm.ts";
import type { Manifest } from "./support/kustomize.ts";
import { leavesOf, valueAt, withValue } from "./support/value-paths.ts";

const { goLibraries } = requires;
const USUAL: unknown = parse(readFileSync(join(CHART, "values.yaml"), "utf8"));
/** What the chart says of these itself. */
const OF_THE_CHART = new Set([
  "listen",
  "dataDir",
  "identity",
  "response",
  "alerting",
  "detection",
]);
const REFUSED = "values don't meet the specifications of the schema(s)";
/** Goes wherever a name, or any text, may go. */
const MARKER = "zqmarker";
const HOSTILE = [
  `"' }}{{ .Values.image }}{{ fail "x" }} \\ \\" #`,
  "a\n---\nkind: Pod\nmetadata: { name: x }\n",
  "\n- b: c\n  d: [e, {f: g}]\n\n",
  ": & * ! | > % @ ` ? , [ ] { }",
  "\t\r\n \u0007\u00A0\u2028\u2029\uFEFF😀",
  "  before and after  ",
  "yes",
  "~",
  "1e3",
  "12:34:56",
  "2024-01-01",
  "=",
];

const optionsSchema = z.object({ options: z.record(z.string(), z.string()) });
const deploymentSchema = z.object({ spec: z.object({ template: z.looseObject({}) }) });

describe.skipIf(!goLibraries.available)(`values of the Helm chart${goLibraries.note}`, () => {
  // Compiles the renderer.
  beforeAll(() => renderJobs([]), COMPILE_MS);

  test("each of them does something", async () => {
    const paths = leavesOf(USUAL);
    const [usual, changed, ...others] = await renderJobs([
      { values: USUAL },
      { values: CHANGED },
      ...paths.flatMap((path) => [
        { values: withValue(USUAL, path, valueAt(CHANGED, path)) },
        { values: withValue(CHANGED, path, valueAt(USUAL, path)) },
      ]),
    ]);
    const idle = paths.filter((_, index) => {
      const [alone, without] = others.slice(2 * index);
      return isSame(alone, usual) && isSame(without, changed);
    });

    expect(paths.length).toBeGreaterThan(60);
    expect(paths.filter((path) => isEqual(valueAt(CHANGED, path), valueAt(USUAL, path)))).toEqual(
      [],
    );
    expect(changed?.error).toBe("");
    expect(idle).toEqual([]);
  });

  test("say nothing that Kubernetes 1.30 or the Prometheus operator does not know", async () => {
    const made = await Promise.all(
      [USUAL, CHANGED, CHANGED_AND_THERE].map((values) => renderValues(values)),
    );
    const told = made.flatMap((manifests, index) =>
      manifests.map((manifest) => ({
        name: `values ${index} ${manifest.kind} ${manifest.metadata.namespace} ${manifest.metadata.name}`,
        kind: toKind(manifest.kind),
        value: manifest,
      })),
    );

    expect(new Set(told.map(({ kind }) => kind)).size).toBe(12);
    expect(checkKinds(told)).toBe("");
  });

  test("come to where they belong", async () => {
    const manifests = await renderValues(CHANGED);
    const { template } = deploymentSchema.parse(find(manifests, "Deployment")).spec;

    expect(template).toMatchObject({
      metadata: { annotations: { team: "pods" } },
      spec: {
        serviceAccountName: "collector",
        priorityClassName: "important",
        nodeSelector: { disk: "fast" },
        tolerations: [{ key: "dedicated" }],
        affinity: valueAt(CHANGED, ["affinity"]),
        imagePullSecrets: [{ name: "pull" }],
        containers: [
          {
            name: "collector",
            image: `registry.internal/runner-guard@sha256:${"a".repeat(64)}`,
            imagePullPolicy: "Always",
            env: [
              { name: "RUNNER_GUARD_ADMIN_TOKEN", valueFrom: toReference("admin") },
              { name: "RUNNER_GUARD_RESPONDER_TOKEN", valueFrom: toReference("responder") },
              { name: "RUNNER_GUARD_VIEWER_TOKEN", valueFrom: toReference("viewer") },
              { name: "RUNNER_GUARD_AGENT_TOKEN", valueFrom: toReference("agent") },
              { name: "HTTPS_PROXY", value: "http://proxy:3128" },
              { name: "PLACE" },
            ],
            resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "3Gi" } },
          },
          {
            name: "tls",
            image: `registry.internal/caddy@sha256:${"b".repeat(64)}`,
            resources: { limits: { memory: "257Mi" } },
          },
        ],
      },
    });
    const mounted = JSON.stringify(template);
    expect(mounted).toContain('"mountPath":"/etc/runner-guard-secrets/chat"');
    expect(mounted).toContain('"persistentVolumeClaim":{"claimName":"disk"}');
    expect(mounted).toContain('"secret":{"secretName":"certificate"}');
    const open = await renderValues({
      networkPolicy: valueAt(CHANGED_AND_THERE, ["networkPolicy"]),
    });
    const network = JSON.stringify(find(open, "NetworkPolicy"));
    expect(network).toContain('{"kubernetes.io/metadata.name":"prometheus"}');
    expect(network).toContain('{"ipBlock":{"cidr":"192.0.2.0/24"}}');
    expect(network).toContain('"port":587');
  });

  test("know each option of the collector's", () => {
    const flags = Object.keys(SERVE_FLAGS).filter((name) => !OF_THE_CHART.has(name));

    expect(Object.keys(optionsSchema.parse(USUAL).options).toSorted()).toEqual(flags.toSorted());
  });

  test.each([
    { values: { replicaCount: 2 }, says: "(root): Additional property replicaCount" },
    { values: { image: null }, says: "(root): image is required" },
    { values: { image: { tag: 1.2 } }, says: "image.tag: Invalid type. Expected: string" },
    { values: { image: { digest: "sha256:x" } }, says: "image.digest: Does not match pattern" },
    { values: { image: { repository: "a b" } }, says: "image.repository: Does not match" },
    { values: { tls: { image: { tag: "" } } }, says: "tls.image.tag: String length must be" },
    { values: { tokens: { admin: "geheim" } }, says: "tokens: Additional property admin" },
    { values: { runnerNamespaces: { "A b": {} } }, says: "runnerNamespaces: Property name of" },
    { values: { runnerNamespaces: { a: null } }, says: "runnerNamespaces.a: Invalid type" },
    { values: { runnerNamespaces: { a: { rbac: 1 } } }, says: "runnerNamespaces.a: Additional" },
    { values: { identity: { issuer: "http://x" } }, says: "identity.issuer: Does not match" },
    { values: { options: { logLevel: "loud" } }, says: "options.logLevel: options.logLevel must" },
    { values: { options: { keep: "$(HOME)" } }, says: "options.keep: Does not match pattern" },
    { values: { extraEnv: [{ value: "x" }] }, says: "extraEnv.0: name is required" },
    { values: { extraEnv: [{ name: "A", value: 1 }] }, says: "extraEnv.0.value: Invalid type" },
    { values: { resources: { requests: { cpu: "x" } } }, says: "resources.requests.cpu: Does not" },
    { values: { persistence: { size: "much" } }, says: "persistence.size: Does not match" },
    { values: { podAnnotations: { "a: b": "c" } }, says: "podAnnotations: Property name of" },
    { values: { nodeSelector: { a: true } }, says: "nodeSelector.a: Invalid type" },
    { values: { secretFiles: ["a", "a"] }, says: "secretFiles: array items[0,1] must be unique" },
  ])("of a wrong kind are refused: $says", async ({ values, says }) => {
    const [rendered] = await renderJobs([{ values }]);

    expect(rendered?.error).toContain(REFUSED);
    expect(rendered?.error).toContain(`- ${says}`);
  });

  test("a token among the variables is refused, with where it belongs", async () => {
    const extraEnv = [{ name: "RUNNER_GUARD_ADMIN_TOKEN", value: "x" }];

    await expect(renderValues({ extraEnv })).rejects.toThrow(
      "extraEnv: RUNNER_GUARD_ADMIN_TOKEN stands in a Secret, and tokens says under which key",
    );
  });

  test.each(["\u007F", "\u0085"])(
    "a character that YAML would lose is refused (%j)",
    async (character) => {
      const podAnnotations = { team: `a${character}b` };

      await expect(renderValues({ podAnnotations })).rejects.toThrow(
        "podAnnotations: holds a control character (U+007F to U+009F)",
      );
    },
  );

  test("a text is a text, whatever stands in it, or is refused", async () => {
    const base = CHANGED_AND_THERE;
    const places = leavesOf(base).filter((path) => typeof valueAt(base, path) === "string");
    const marked = await renderJobs(
      places.map((path) => ({ values: withValue(base, path, MARKER) })),
    );
    const open = places.filter((_, index) => marked[index]?.error === "");
    const tried = open.flatMap((path) => HOSTILE.map((text) => ({ path, text })));
    const rendered = await renderJobs(
      tried.map(({ path, text }) => ({ values: withValue(base, path, text) })),
    );
    const taken = tried.flatMap(({ path, text }, index) => {
      const { error = "", manifests = [] } = rendered[index] ?? {};
      if (error.includes(REFUSED)) return [];
      const expected = marked[places.indexOf(path)]?.manifests ?? [];
      const isText = isEqual(toTexts(manifests, text), toTexts(expected, text));
      return { path, text, error, isText };
    });

    expect(taken.filter(({ error, isText }) => error !== "" || !isText)).toEqual([]);
    expect(new Set(taken.map(({ path }) => path)).size).toBeGreaterThan(20);
  });
});

function toReference(key: string) {
  return { secretKeyRef: { name: "operators", key } };
}

function isSame(one: Rendered | undefined, other: Rendered | undefined): boolean {
  return isEqual(one?.manifests, other?.manifests) && one?.error === other?.error;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function find(manifests: readonly Manifest[], wanted: string): Manifest | undefined {
  return manifests.find(({ kind }) => kind === wanted);
}

/** With the text in the place of the marker, and files of JSON as what they say. */
function toTexts(manifests: readonly Manifest[], text: string): unknown[] {
  const put = (_: string, value: unknown): unknown =>
    typeof value === "string" ? value.replaceAll(MARKER, () => text) : value;
  return manifests.map((manifest): unknown => {
    const parsed: unknown = JSON.parse(JSON.stringify(manifest, read));
    return JSON.parse(JSON.stringify(parsed, put));
  });
}

function read(key: string, value: unknown): unknown {
  if (key === "checksum/config") return undefined;
  return key.endsWith(".json") && typeof value === "string" ? JSON.parse(value) : value;
}
