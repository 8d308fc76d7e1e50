import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { toDescribedOptions } from "../../agent/commands/described-options.ts";
import {
  parseWatchConfig,
  RUN_OPTIONS,
  WATCH_OPTIONS,
  type WatchConfig,
} from "../../agent/config.ts";
import { parsePolicy } from "../../agent/policy/parse-policy.ts";
import { SERVE_SECRETS } from "../../collector/config.ts";
import { requires } from "../support/requires.ts";
import { checkKinds, toKind, type Told } from "./support/check-kinds.ts";
import {
  type Container,
  type GuardedPod,
  listGuardedPods,
  type PodSpec,
  readValues,
} from "./support/guarded-pods.ts";
import { KUSTOMIZE, listOverlays, type Manifest, renderOverlays } from "./support/kustomize.ts";

const { kubectl } = requires;
const ROOT = join(import.meta.dirname, "../..");
const capabilitiesSchema = z.record(z.string(), z.array(z.string()));
const CAPABILITIES = capabilitiesSchema.parse(
  JSON.parse(readFileSync(join(ROOT, "deploy/image/capabilities.json"), "utf8")),
);
/** What whoever installs it makes: the certificate, the tokens. docs/getting-started says how. */
const MADE_BY_HAND = ["runner-guard-collector-ca"];
/** Which may hold a container of Docker's engine, and no other one may. */
const WITH_ENGINE = new Set(["arc-dind", "arc-dind-rootless"]);

const dataSchema = z.object({ data: z.record(z.string(), z.string()) });
const policySchema = z.object({
  spec: z.object({
    podSelector: z.object({
      matchLabels: z.record(z.string(), z.string()).optional(),
      matchExpressions: z.array(z.object({ key: z.string(), operator: z.string() })).optional(),
    }),
    policyTypes: z.array(z.string()),
    ingress: z.array(z.unknown()).optional(),
    egress: z
      .array(
        z.object({
          to: z.array(z.looseObject({})).optional(),
          ports: z.array(z.object({ port: z.union([z.number(), z.string()]) })).optional(),
        }),
      )
      .optional(),
  }),
});
const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        serviceAccountName: z.string(),
        containers: z.array(
          z.looseObject({
            name: z.string(),
            args: z.array(z.string()),
            env: z.array(z.object({ name: z.string() })).optional(),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
            startupProbe: z.object({ exec: z.object({ command: z.array(z.string()) }) }).optional(),
            livenessProbe: z.object({ httpGet: z.object({ port: z.number() }) }).optional(),
            securityContext: z.object({
              readOnlyRootFilesystem: z.literal(true),
              allowPrivilegeEscalation: z.literal(false),
              capabilities: z.object({
                drop: z.tuple([z.literal("ALL")]),
                add: z.array(z.string()).optional(),
              }),
            }),
          }),
        ),
      }),
    }),
  }),
});
const serviceSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.tuple([z.object({ port: z.literal(443), targetPort: z.string() })]),
  }),
});
const bindingSchema = z.object({
  subjects: z.tuple([z.object({ name: z.string(), namespace: z.string() })]),
});
const identitySchema = z.object({
  kubernetes: z.tuple([
    z.object({ audience: z.string(), tenants: z.record(z.string(), z.string()) }),
  ]),
});

describe.skipIf(!kubectl.available)(`the manifests for Kubernetes${kubectl.note}`, () => {
  let overlays: ReadonlyMap<string, readonly Manifest[]>;
  let pods: readonly GuardedPod[];

  beforeAll(() => {
    overlays = renderOverlays();
    pods = listGuardedPods(overlays);
  });

  test("each way of running jobs has its guard", () => {
    expect(pods.map(({ overlay, file }) => `${overlay} ${file}`).toSorted()).toEqual([
      "arc-dind AutoscalingRunnerSet",
      "arc-dind-rootless AutoscalingRunnerSet",
      "arc-kubernetes AutoscalingRunnerSet",
      "arc-kubernetes pod-template.yaml",
      "gitlab config.template.toml",
      "jenkins pod.yaml",
      "runner-deployment Deployment",
      "runner-job Job",
    ]);
  });

  test("nothing is said that Kubernetes 1.30, actions-runner-controller or the Prometheus operator does not know", () => {
    const told = [...overlays].flatMap(([overlay, manifests]) =>
      manifests.map((manifest) => ({
        name: `${overlay} ${manifest.kind} ${manifest.metadata.name}`,
        kind: toKind(manifest.kind),
        value: manifest,
      })),
    );
    const texts = pods
      .filter(({ file }) => /\./.test(file))
      .map(({ overlay, file, written }): Told => ({
        name: `${overlay} ${file}`,
        kind: "PodSpec",
        value: written,
      }));
    const values = valuesFolders().map((overlay): Told => ({
      name: `${overlay} values`,
      kind: "RunnerSetValues",
      value: readValues(overlay),
    }));

    expect(checkKinds([...told, ...texts, ...values])).toBe("");
    const slip = { containers: [{ name: "runner", readonlyRootFilesystem: true }] };
    expect(checkKinds([{ name: "slip", kind: "PodSpec", value: slip }])).toContain(
      `"readonlyRootFilesystem"' does not exist`,
    );
  });

  test("the guard is the same everywhere, and has the capabilities that the image was tried with, and no other", () => {
    const [first, ...others] = pods.map(({ spec }) => ({ ...guardOf(spec), env: undefined }));

    for (const guard of others) expect(guard).toEqual(first);
    expect(first).toMatchObject({
      restartPolicy: "Always",
      command: ["runner-guard"],
      securityContext: {
        runAsUser: 0,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: CAPABILITIES["agent"] },
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
  });

  test("it is there before everybody else, sees their processes, and alone has the token of the pod", () => {
    for (const { spec, labels } of pods) {
      const [first] = spec.initContainers;
      const others = othersOf(spec);
      const token = spec.volumes.find(({ projected }) => projected !== undefined);

      expect(first?.name).toBe("runner-guard");
      expect(spec.shareProcessNamespace).toBe(true);
      expect(labels).toMatchObject({ "runner-guard.dev/guarded": "true" });
      expect(token?.projected?.sources[0].serviceAccountToken.audience).toBe(
        readIdentity().audience,
      );
      expect(mountsOf(others, token?.name)).toEqual([]);
      expect(mountsOf(others, "runner-guard-state")).toHaveLength(1);
      for (const { readOnly } of mountsOf(others, "runner-guard-state"))
        expect(readOnly).toBe(true);
      for (const name of ["runner-guard-report", "runner-guard-scratch", "runner-guard-policy"])
        expect(mountsOf(others, name)).toEqual([]);
    }
  });

  test("nobody but Docker's own engine has a privilege, and no job a token of the cluster's", () => {
    for (const { overlay, spec, file } of pods) {
      const others = othersOf(spec);
      const privileged = others.filter(({ securityContext }) => securityContext?.privileged);
      const jobs = spec.containers.filter(({ securityContext }) => securityContext !== undefined);

      expect(privileged.map(({ name }) => name)).toEqual(WITH_ENGINE.has(overlay) ? ["dind"] : []);
      for (const { securityContext } of jobs)
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
        });
      // GitLab's is written where its runner is told of containers.
      expect(jobs).toHaveLength(overlay === "gitlab" ? 0 : 1);
      // The runner of Kubernetes mode asks for the pods of its jobs.
      const asksForPods = overlay === "arc-kubernetes" && file === "AutoscalingRunnerSet";
      expect(spec.automountServiceAccountToken).toBe(asksForPods);
      expect(spec.securityContext?.seccompProfile).toEqual({ type: "RuntimeDefault" });
    }
  });

  test("what a pod mounts, and the account that it has, is there", () => {
    for (const { overlay, spec } of pods) {
      const manifests = overlays.get(overlay) ?? [];
      const volumes = spec.volumes.map(({ name }) => name);
      const mounted = [...spec.initContainers, ...spec.containers].flatMap(
        ({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name),
      );
      const maps = spec.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
      const accounts = spec.serviceAccountName === undefined ? [] : [spec.serviceAccountName];

      expect([...new Set(mounted)].toSorted()).toEqual(volumes.toSorted());
      expect(namesOf(manifests, "ConfigMap").concat(MADE_BY_HAND)).toEqual(
        expect.arrayContaining(maps),
      );
      expect(namesOf(manifests, "ServiceAccount")).toEqual(expect.arrayContaining(accounts));
    }
  });

  test("nothing but its job ends a runner that is at work", () => {
    const jobs = [...overlays.values()].flat().filter(({ kind }) => kind === "Job");

    expect(jobs).toHaveLength(1);
    // Both count for all of a Job's pods together.
    expect(jobs[0]).toMatchObject({ spec: { backoffLimit: 2 ** 31 - 1 } });
    expect(jobs[0]).not.toHaveProperty("spec.activeDeadlineSeconds");
  });

  test("the values for ARC's own chart make the same pods", () => {
    expect(valuesFolders()).toEqual(["arc-dind", "arc-dind-rootless", "arc-kubernetes"]);
    for (const overlay of valuesFolders()) {
      const set = pods.find(
        (pod) => pod.overlay === overlay && pod.file === "AutoscalingRunnerSet",
      );

      expect(readValues(overlay).template).toEqual({
        metadata: { labels: set?.labels },
        spec: set?.written,
      });
    }
  });

  test("what the guard is told are options of its own, and name the collector that is there", () => {
    const { metadata } = serviceSchema.parse(find("collector", "Service"));
    for (const { spec } of pods) {
      const { args = [], env = [], volumeMounts = [] } = guardOf(spec);
      const config = parseWatch(args, env);
      const isWithin = (path: string) =>
        volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`));

      expect(config).toMatchObject({
        collector: [`https://${metadata.name}.${metadata.namespace}.svc`],
        collectorAuth: "kubernetes",
      });
      for (const path of [config.policy, config.report, config.collectorCa])
        expect(isWithin(path ?? "")).toBe(true);
    }
  });

  test("the policies are ones, without a warning, and begin with looking", () => {
    const policies = pods.map(({ overlay, spec }) => {
      const name = spec.volumes.find((volume) => volume.name === "runner-guard-policy")?.configMap
        ?.name;
      const map = overlays
        .get(overlay)
        ?.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name);
      return parsePolicy(dataSchema.parse(map).data["policy.yml"] ?? "", `${overlay}/policy.yml`);
    });

    for (const { policy, warnings } of policies) {
      expect(warnings).toEqual([]);
      expect(policy.egress?.mode).toBe("audit");
    }
  });

  test("a namespace of runners is closed, and what opens it leaves out pods under quarantine", () => {
    for (const { overlay, labels } of pods) {
      const policies = (overlays.get(overlay) ?? [])
        .filter(({ kind }) => kind === "NetworkPolicy")
        .map((manifest) => policySchema.parse(manifest).spec);
      const closing = policies.filter(({ egress = [] }) => egress.length === 0);
      const opening = policies.filter(({ egress = [] }) => egress.length > 0);

      expect(closing).toContainEqual({
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [],
      });
      expect(closing).toHaveLength(2);
      for (const { podSelector, ingress = [] } of opening) {
        expect(ingress).toEqual([]);
        expect(podSelector.matchExpressions).toEqual([
          { key: "runner-guard.dev/quarantine", operator: "DoesNotExist" },
        ]);
        expect(podSelector.matchLabels).toBeDefined();
      }
      const [guarded] = opening.filter(({ podSelector: { matchLabels = {} } }) =>
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
      );
      const { containers } = deploymentSchema.parse(find("collector", "Deployment")).spec.template
        .spec;
      const [https] = containers.flatMap(({ ports = [] }) => ports);
      expect(
        guarded?.egress?.map(({ ports = [] }) => ports.map(({ port }) => port)),
      ).toContainEqual([https?.containerPort]);
    }
  });

  test("the collector knows each namespace of runners, and may do there what it does", () => {
    const { tenants } = readIdentity();
    for (const overlay of new Set(pods.map((pod) => pod.overlay))) {
      const manifests = overlays.get(overlay) ?? [];
      const space = manifests.find(({ kind }) => kind === "Namespace");
      const binding = manifests.find(
        ({ kind, metadata }) => kind === "RoleBinding" && metadata.name === "runner-guard-response",
      );

      expect(Object.keys(tenants)).toContain(space?.metadata.name);
      expect(space?.metadata["labels"]).toMatchObject({ "runner-guard.dev/runners": "true" });
      expect(bindingSchema.parse(binding).subjects[0]).toEqual(collectorAccount());
      const within = manifests.filter(({ kind }) => kind !== "Namespace");
      expect(new Set(within.map(({ metadata }) => metadata.namespace))).toEqual(
        new Set([space?.metadata.name]),
      );
    }
  });

  test("the collector's ports, addresses and selectors fit together, and it has no capability", () => {
    const { metadata, spec } = deploymentSchema.parse(find("collector", "Deployment")).spec
      .template;
    const [collector, proxy] = spec.containers;
    const service = serviceSchema.parse(find("collector", "Service")).spec;
    const [https] = proxy?.ports ?? [];
    const caddyfile = readConfig("Caddyfile");
    const [, listen = ""] = /--listen=(\S+)/.exec(collector?.args.join(" ") ?? "") ?? [];

    expect(metadata.labels).toEqual(service.selector);
    expect(service.ports[0].targetPort).toBe(https?.name);
    expect(caddyfile).toContain(`\n:${https?.containerPort} {`);
    expect(caddyfile).toContain(`\treverse_proxy ${listen}\n`);
    expect(collector?.startupProbe?.exec.command).toEqual([
      "runner-guard-health",
      "collector",
      listen.split(":").at(-1),
    ]);
    expect(collector?.livenessProbe?.httpGet.port).toBe(https?.containerPort);
    expect(collector?.securityContext.capabilities.add ?? []).toEqual(CAPABILITIES["collector"]);
    expect(spec.serviceAccountName).toBe(collectorAccount().name);
    expect(Object.values(SERVE_SECRETS).map(({ variable }) => variable)).toEqual(
      expect.arrayContaining((collector?.env ?? []).map(({ name }) => name)),
    );
    const monitor = JSON.stringify(find("collector-monitoring", "ServiceMonitor"));
    expect(monitor).toContain(`"matchLabels":${JSON.stringify(service.selector)}`);
  });

  test("the collector takes its options and its files", () => {
    const { spec } = deploymentSchema.parse(find("collector", "Deployment")).spec.template;
    const args = (spec.containers[0]?.args ?? []).map((arg) =>
      arg
        .replace("/etc/runner-guard/", join(KUSTOMIZE, "collector/config/"))
        // Empty, as its volume is at first.
        .replace("/var/lib/runner-guard/data", join(tmpdir(), "not-there-yet")),
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "collector/main.ts"), ...args, "--check"],
      { encoding: "utf8", env: {} },
    );

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "ok\n", stderr: "" });
  });

  function find(overlay: string, wanted: string): Manifest | undefined {
    return overlays.get(overlay)?.find(({ kind }) => kind === wanted);
  }

  function collectorAccount() {
    const account = find("collector", "ServiceAccount");
    return { name: account?.metadata.name, namespace: account?.metadata.namespace };
  }
});

function guardOf({ initContainers }: PodSpec): Container {
  const guard = initContainers.find(({ name }) => name === "runner-guard");
  if (guard === undefined) throw new Error("no guard");
  return guard;
}

function othersOf({ initContainers, containers }: PodSpec): Container[] {
  return [...initContainers, ...containers].filter(({ name }) => name !== "runner-guard");
}

function mountsOf(containers: readonly Container[], volume: string | undefined) {
  return containers.flatMap(({ volumeMounts = [] }) =>
    volumeMounts.filter(({ name }) => name === volume),
  );
}

function namesOf(manifests: readonly Manifest[], wanted: string): string[] {
  return manifests.filter(({ kind }) => kind === wanted).map(({ metadata }) => metadata.name);
}

function valuesFolders(): string[] {
  return listOverlays().filter((overlay) => overlay.startsWith("arc-"));
}

function readIdentity() {
  return identitySchema.parse(JSON.parse(readConfig("identity.json"))).kubernetes[0];
}

function readConfig(name: string): string {
  return readFileSync(join(KUSTOMIZE, "collector/config", name), "utf8");
}

/** As `watch` takes them; throws for what it does not know. */
function parseWatch(args: readonly string[], env: NonNullable<Container["env"]>): WatchConfig {
  const [command, ...flags] = args;
  expect(command).toBe("watch");
  const watch = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of toDescribedOptions({ ...RUN_OPTIONS, ...WATCH_OPTIONS }))
    watch.addOption(option);
  watch.parse(flags, { from: "user" });
  return parseWatchConfig(
    watch.opts(),
    Object.fromEntries(env.map(({ name, value }) => [name, value])),
  );
}
