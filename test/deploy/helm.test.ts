import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { requires } from "../support/requires.ts";
import { CHART, COMPILE_MS, renderJobs, renderValues } from "./support/helm.ts";
import { type Manifest, manifestSchema, renderOverlays } from "./support/kustomize.ts";

const { goLibraries, kubectl } = requires;
const ROOT = join(import.meta.dirname, "../..");
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
/** Of Helm's own, and what tells one release from another. */
const HELMS_OWN = new Set([
  "app.kubernetes.io/instance",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/version",
  "checksum/config",
  "helm.sh/chart",
  "helm.sh/resource-policy",
]);
/** What is bound in the whole cluster, or in others' namespaces, is called by the release. */
const NAMES = new Map([
  ["runner-guard-collector-token-review", "runner-guard-token-review"],
  ["runner-guard-collector-response", "runner-guard-response"],
]);
/** In each namespace of runners, by whichever overlay. */
const OF_RUNNERS = new Set([
  "runner-guard-default-deny",
  "runner-guard-egress",
  "runner-guard-quarantine",
  "runner-guard-response",
]);

const identitySchema = z.object({
  kubernetes: z.tuple([z.object({ tenants: z.record(z.string(), z.string()) })]),
});
const mapSchema = z.object({ data: z.record(z.string(), z.string()) });
const argsSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ args: z.array(z.string()) })) }),
    }),
  }),
});
const rulesSchema = z.looseObject({ rules: z.array(z.looseObject({})) });

describe.skipIf(!goLibraries.available)(`the Helm chart${goLibraries.note}`, () => {
  // Compiles the renderer.
  beforeAll(() => renderJobs([]), COMPILE_MS);

  test("is of this version", () => {
    expect(parse(readFileSync(join(CHART, "Chart.yaml"), "utf8"))).toMatchObject({
      apiVersion: "v2",
      version,
      appVersion: version,
    });
  });

  test.skipIf(!kubectl.available)(`makes what the overlays make${kubectl.note}`, async () => {
    const overlays = renderOverlays();
    const collector = overlays.get("collector") ?? [];
    const spaces = readTenants(collector);
    const made = await renderValues({
      runnerNamespaces: Object.fromEntries(
        Object.entries(spaces).map(([name, tenant]) => [name, { tenant }]),
      ),
      serviceMonitor: { enabled: true },
    });
    const wanted = [
      // Helm makes the release's namespace itself, or takes one that is there.
      ...collector.filter(({ kind }) => kind !== "Namespace").map(ofNamedPods),
      ...(overlays.get("collector-monitoring") ?? []),
      ...Object.keys(spaces).flatMap((name) => listOfRunners(overlays, name)),
    ];

    expect(Object.keys(spaces).length).toBeGreaterThan(3);
    expect(made.map(toComparable).toSorted(byName)).toEqual(
      wanted.map(toComparable).toSorted(byName),
    );
  });

  test("its files and options are ones that the collector takes", async () => {
    const response = { rules: [], maxKillsPerMinute: 3, maxKillsPerMinuteInAll: 9 };
    const manifests = await renderValues({
      runnerNamespaces: { "arc-runners": { tenant: "acme" } },
      identity: { github: [{ audience: "runner-guard", tenants: "by-owner" }] },
      response,
      alerting: { sinks: { log: { type: "stdout" } } },
      detection: { learn: { refs: ["refs/heads/main"] } },
      options: {
        keep: "events=9",
        pruneAt: "7 3 * * *",
        maxStored: "9GiB",
        logLevel: "warn",
        publicUrl: "https://guard.example.com",
      },
    });

    expect(check(manifests)).toEqual({ status: 0, stdout: "ok\n", stderr: "" });
  });

  test("with the values of its page leaves a namespace of runners to their overlay", async () => {
    const page = readFileSync(join(CHART, "README.md"), "utf8");
    const [, values = ""] = /^```yaml\n# my-values\.yaml\n(.*?)^```$/ms.exec(page) ?? [];
    const made = await renderValues(parse(values));

    expect(Object.keys(readTenants(made))).toEqual(["arc-runners"]);
    expect(made.filter(({ metadata }) => metadata.namespace === "arc-runners")).toEqual([]);
  });

  test("may do nothing that is not asked for", async () => {
    const none = await renderValues({ identity: { verify: "keys" } });
    const looking = await renderValues({
      runnerNamespaces: { a: { response: false, quarantine: false, network: false } },
    });

    expect(none.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
    const roles = looking.filter(({ kind }) => kind.endsWith("Role"));
    expect(roles.map((role) => rulesSchema.parse(role).rules)).toEqual([
      [{ apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] }],
    ]);
    expect(looking.filter(({ metadata }) => metadata.namespace === "a")).toEqual([]);
  });

  test("is called by its release, and agents are told where it is", async () => {
    const [rendered] = await renderJobs([{ release: { name: "ci", namespace: "security" } }]);
    const named = (rendered?.manifests ?? []).filter(({ kind }) => kind === "Service");

    expect(named.map(({ metadata }) => metadata)).toMatchObject([
      { name: "ci-runner-guard-collector", namespace: "security" },
    ]);
    expect(rendered?.notes).toContain("https://ci-runner-guard-collector.security.svc");
  });

  test("restarts the pod when what it reads at its start has changed", async () => {
    const sums = await Promise.all(
      [{}, { response: { maxKillsPerMinute: 6 } }, {}].map(
        async (values) =>
          /"checksum\/config":"(\w+)"/.exec(JSON.stringify(await renderValues(values)))?.[1],
      ),
    );

    expect(sums[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(sums[2]).toBe(sums[0]);
    expect(sums[1]).not.toBe(sums[0]);
  });

  test("says after it was installed what is missing yet", async () => {
    const [usual, own] = await renderJobs([
      {},
      {
        values: {
          image: { repository: "registry.internal/guard" },
          tls: { secretName: "mine" },
          tokens: { secretName: "theirs", viewerKey: "look" },
          secretFiles: ["pager"],
          runnerNamespaces: { "arc-runners": {} },
        },
      },
    ]);

    expect(usual?.notes).toContain("image.repository");
    expect(usual?.notes).toContain("runner-guard-collector-tls: tls.crt and tls.key");
    expect(usual?.notes).toContain("No namespace of runners is named");
    expect(own?.notes).not.toContain("image.repository");
    expect(own?.notes).toContain("mine: tls.crt");
    expect(own?.notes).toContain("theirs: admin-token, look\n  pager:");
    expect(own?.notes).toContain(
      "kubectl label namespace arc-runners runner-guard.dev/runners=true",
    );
  });

  test("is refused by a cluster without native sidecars", async () => {
    const [old, oldest, provider] = await renderJobs([
      { kubeVersion: "v1.29.0" },
      { kubeVersion: "v1.28.9" },
      { kubeVersion: "v1.31.2-eks-1234" },
    ]);

    expect(old?.error).toBe("");
    expect(oldest?.error).toContain("incompatible with Kubernetes v1.28.9");
    expect(provider?.error).toBe("");
  });

  test("is the same whichever way a Helm reads numbers", async () => {
    const values = {
      response: { maxKillsPerMinute: 1_000_000 },
      resources: { limits: { cpu: 2 } },
    };
    const [one, other] = await renderJobs([{ values }, { values, exactNumbers: true }]);

    expect(one?.error).toBe("");
    expect(other).toEqual(one);
    expect(one?.notes).not.toBe("");
  });
});

function readTenants(collector: readonly Manifest[]): Record<string, string> {
  const map = collector.find(({ kind }) => kind === "ConfigMap");
  const text = mapSchema.parse(map).data["identity.json"] ?? "";
  return identitySchema.parse(JSON.parse(text)).kubernetes[0].tenants;
}

function listOfRunners(
  overlays: ReadonlyMap<string, readonly Manifest[]>,
  namespace: string,
): readonly Manifest[] {
  const overlay = [...overlays.values()].find((manifests) =>
    manifests.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace),
  );
  return (overlay ?? []).filter(({ metadata }) => OF_RUNNERS.has(metadata.name));
}

/** The overlay's policy is for all of its own namespace; a release may have neighbours. */
function ofNamedPods(manifest: Manifest): Manifest {
  if (manifest.kind !== "NetworkPolicy") return manifest;
  const podSelector = { matchLabels: { "app.kubernetes.io/name": "runner-guard-collector" } };
  const { spec } = z.looseObject({ spec: z.looseObject({}) }).parse(manifest);
  return { ...manifest, spec: { ...spec, podSelector } };
}

function toComparable(manifest: Manifest): Manifest {
  const { labels: _labels, ...metadata } = manifest.metadata;
  const text = JSON.stringify({ ...manifest, metadata }, (key: string, value: unknown) => {
    if (HELMS_OWN.has(key)) return undefined;
    if (typeof value === "string") return toOverlaysName(key, value);
    return key === "annotations" && isOnlyHelms(value) ? undefined : value;
  });
  return manifestSchema.parse(JSON.parse(text));
}

function toOverlaysName(key: string, value: string): unknown {
  // Compared by what they say.
  if (key.endsWith(".json")) return JSON.parse(value);
  // Kustomize names it by what is in it.
  if (key === "name")
    return NAMES.get(value) ?? value.replace(/^(runner-guard-collector)-[a-z0-9]{10}$/, "$1");
  return key === "image" ? value.replace(`runner-guard:${version}`, "runner-guard") : value;
}

function isOnlyHelms(value: unknown): boolean {
  return Object.keys(z.looseObject({}).parse(value)).every((key) => HELMS_OWN.has(key));
}

function byName(one: Manifest, other: Manifest): number {
  return nameOf(one) < nameOf(other) ? -1 : 1;
}

function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace} ${metadata.name}`;
}

/** By the collector itself, with the files where its options say they are. */
function check(manifests: readonly Manifest[]) {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  const { data } = mapSchema.parse(manifests.find(({ kind }) => kind === "ConfigMap"));
  for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, name), text);
  const deployment = argsSchema.parse(manifests.find(({ kind }) => kind === "Deployment"));
  const [collector] = deployment.spec.template.spec.containers;
  const args = (collector?.args ?? []).map((arg) =>
    arg
      .replace("/etc/runner-guard/", `${folder}/`)
      // Empty, as its volume is at first.
      .replace("/var/lib/runner-guard/data", join(folder, "not-there-yet")),
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "collector/main.ts"), ...args, "--check"],
    { encoding: "utf8", env: {} },
  );
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr };
}
