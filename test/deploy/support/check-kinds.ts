import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { ManifestKinds } from "./manifest-kinds.ts";

const ROOT = join(import.meta.dirname, "../../..");

const KINDS: Readonly<Record<keyof ManifestKinds, true>> = {
  AutoscalingRunnerSet: true,
  ClusterRole: true,
  ClusterRoleBinding: true,
  ConfigMap: true,
  Deployment: true,
  Job: true,
  Namespace: true,
  NetworkPolicy: true,
  PersistentVolumeClaim: true,
  Pod: true,
  PodDisruptionBudget: true,
  PodSpec: true,
  PodTemplateSpec: true,
  Role: true,
  RoleBinding: true,
  RunnerSetValues: true,
  Service: true,
  ServiceAccount: true,
  ServiceMonitor: true,
  ValidatingAdmissionPolicy: true,
  ValidatingAdmissionPolicyBinding: true,
};

export interface Told {
  /** What it is called in what the compiler says. */
  readonly name: string;
  readonly kind: keyof ManifestKinds;
  readonly value: unknown;
}

/** What is wrong with the shape of manifests, as the compiler says it; empty: nothing. */
export function checkKinds(manifests: readonly Told[]): string {
  // Where the compiler finds the packages of this checkout.
  const home = join(ROOT, ".cache");
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, "manifests-"));
  try {
    const kinds = JSON.stringify(join(import.meta.dirname, "manifest-kinds.ts"));
    const values = manifests.map(
      ({ name, kind, value }) =>
        `export const ${toIdentifier(name)}: ManifestKinds["${kind}"] = ${JSON.stringify(value, null, 1)};`,
    );
    writeFileSync(
      join(folder, "manifests.ts"),
      [`import type { ManifestKinds } from ${kinds};`, ...values].join("\n"),
    );
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: { types: [], exactOptionalPropertyTypes: false },
        include: ["manifests.ts"],
      }),
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder],
      { encoding: "utf8" },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function toKind(kind: string): keyof ManifestKinds {
  if (isKind(kind)) return kind;
  throw new Error(`no type is known for ${kind}`);
}

function isKind(kind: string): kind is keyof ManifestKinds {
  return Object.hasOwn(KINDS, kind);
}

function toIdentifier(name: string): string {
  return name.replaceAll(/\W+/g, "_");
}
