/** What `kubectl apply -k` would apply. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse, parseAllDocuments, stringify } from "yaml";
import { z } from "zod";

import { KUBECTL } from "../../support/requires.ts";

export const KUSTOMIZE = join(import.meta.dirname, "../../../deploy/kustomize");

/** They are in all that stands on them. */
const BASES = new Set(["arc", "runners"]);

const kustomizationSchema = z.looseObject({
  resources: z.array(z.string()),
  patches: z.array(z.object({ patch: z.string() })).default([]),
});
export const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function listOverlays(): string[] {
  return readdirSync(KUSTOMIZE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !BASES.has(entry.name))
    .map(({ name }) => name);
}

/** Each overlay with what is in it. */
export function renderOverlays(): ReadonlyMap<string, readonly Manifest[]> {
  return inCopy(
    (overlays) => new Map(listOverlays().map((name) => [name, render(join(overlays, name))])),
  );
}

/** An overlay of somebody's own, in a folder beside a copy of ours. */
export function renderOwnOverlay(name: string, text: string): Manifest[] {
  return inCopy((_, folder) => {
    const own = join(folder, name);
    mkdirSync(own);
    writeFileSync(join(own, "kustomization.yaml"), text);
    makeOfDebian(own);
    return render(own);
  });
}

function inCopy<T>(work: (overlays: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "kustomize-"));
  try {
    const overlays = join(folder, "kustomize");
    cpSync(KUSTOMIZE, overlays, { recursive: true });
    for (const path of globSync("*/kustomization.yaml", { cwd: overlays }))
      makeOfDebian(join(overlays, path, ".."));
    return work(overlays, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Debian 12's kubectl takes files alone as `resources` and as patches; those that came after it take folders and texts there, and call its own words for
 * them out of date.
 */
function makeOfDebian(folder: string): void {
  const path = join(folder, "kustomization.yaml");
  const { resources, patches, ...rest } = kustomizationSchema.parse(
    parse(readFileSync(path, "utf8")),
  );
  const bases = resources.filter((resource) => !resource.endsWith(".yaml"));
  const files = resources.filter((resource) => resource.endsWith(".yaml"));
  const patchesStrategicMerge = patches.map(({ patch }, index) => {
    writeFileSync(join(folder, `patch-${index}.yaml`), patch);
    return `patch-${index}.yaml`;
  });
  writeFileSync(path, stringify({ ...rest, resources: files, bases, patchesStrategicMerge }));
}

function render(folder: string): Manifest[] {
  const program = existsSync(KUBECTL) ? KUBECTL : "kubectl";
  const { status, stdout, stderr } = spawnSync(program, ["kustomize", folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => manifestSchema.parse(document.toJS()));
}
