/** Every pod that the manifests put a guard into, wherever its template stands. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { readGitlabPatch, readGitlabTable } from "./gitlab-config.ts";
import { KUSTOMIZE, type Manifest } from "./kustomize.ts";

const mountSchema = z.looseObject({
  name: z.string(),
  mountPath: z.string(),
  readOnly: z.boolean().optional(),
});
const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().optional(),
  restartPolicy: z.string().optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
  securityContext: z
    .looseObject({
      privileged: z.boolean().optional(),
      allowPrivilegeEscalation: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().optional(),
      runAsUser: z.number().optional(),
      capabilities: z
        .object({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() })
        .optional(),
      seccompProfile: z.object({ type: z.string() }).optional(),
    })
    .optional(),
  volumeMounts: z.array(mountSchema).optional(),
});
export type Container = z.infer<typeof containerSchema>;
const volumeSchema = z.looseObject({
  name: z.string(),
  configMap: z.object({ name: z.string() }).optional(),
  projected: z
    .object({
      sources: z.tuple([
        z.object({
          serviceAccountToken: z.object({
            audience: z.string(),
            expirationSeconds: z.number(),
            path: z.string(),
          }),
        }),
      ]),
    })
    .optional(),
});
const podSchema = z.looseObject({
  shareProcessNamespace: z.boolean().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  serviceAccountName: z.string().optional(),
  restartPolicy: z.string().optional(),
  securityContext: z.looseObject({ seccompProfile: z.object({ type: z.string() }) }).optional(),
  initContainers: z.array(containerSchema),
  containers: z.array(containerSchema),
  volumes: z.array(volumeSchema),
});
export type PodSpec = z.infer<typeof podSchema>;
const labelsSchema = z.record(z.string(), z.string());
const templateSchema = z.looseObject({
  metadata: z.looseObject({ labels: labelsSchema }),
  spec: podSchema,
});
const workloadSchema = z.looseObject({ spec: z.looseObject({ template: templateSchema }) });
const valuesSchema = z.looseObject({ template: templateSchema });
const WORKLOADS = new Set(["AutoscalingRunnerSet", "Deployment", "Job"]);

export interface GuardedPod {
  readonly overlay: string;
  readonly file: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** As it is written, with members that the schema here does not know. */
  readonly written: unknown;
}

export function listGuardedPods(
  overlays: ReadonlyMap<string, readonly Manifest[]>,
): readonly GuardedPod[] {
  const rendered = [...overlays].flatMap(([overlay, manifests]) =>
    manifests
      .filter(({ kind, metadata }) => WORKLOADS.has(kind) && metadata.name.startsWith("guarded-"))
      .map((manifest) => {
        const { template } = workloadSchema.parse(manifest).spec;
        return toPod(overlay, manifest.kind, template);
      }),
  );
  const hook = templateSchema.parse(readYaml("arc-kubernetes/pod-template.yaml"));
  const agent = templateSchema.parse(readYaml("jenkins/pod.yaml"));
  const patch = podSchema.parse(parse(readGitlabPatch()));
  return [
    ...rendered,
    toPod("arc-kubernetes", "pod-template.yaml", hook),
    toPod("jenkins", "pod.yaml", agent),
    {
      overlay: "gitlab",
      file: "config.template.toml",
      labels: toLabels(readGitlabTable("runners.kubernetes.pod_labels")),
      spec: patch,
      written: patch,
    },
  ];
}

export function readValues(overlay: string): { readonly template: unknown } {
  return valuesSchema.parse(readYaml(`${overlay}/values.yaml`));
}

function toPod(
  overlay: string,
  file: string,
  { metadata, spec }: z.infer<typeof templateSchema>,
): GuardedPod {
  return { overlay, file, labels: metadata.labels, spec, written: spec };
}

/** Strings of TOML are written as those of JSON are. */
function toLabels(table: Readonly<Record<string, string>>): Record<string, string> {
  return labelsSchema.parse(
    Object.fromEntries(Object.entries(table).map(([key, value]) => [key, JSON.parse(value)])),
  );
}

function readYaml(path: string): unknown {
  return parse(readFileSync(join(KUSTOMIZE, path), "utf8"));
}
