/** What `kubectl apply -k` would apply. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
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

const kustomizationSchema = z.looseObject({ resources: z.array(z.string()) });
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
  const folder = mkdtempSync(join(tmpdir(), "kustomize-"));
  try {
    cpSync(KUSTOMIZE, folder, { recursive: true });
    for (const path of globSync("*/kustomization.yaml", { cwd: folder }))
      nameFoldersBases(join(folder, path));
    return new Map(listOverlays().map((name) => [name, render(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Debian 12's kubectl takes files alone as `resources`; those that came after it take folders there, and call `bases` out of date. */
function nameFoldersBases(path: string): void {
  const { resources, ...rest } = kustomizationSchema.parse(parse(readFileSync(path, "utf8")));
  const bases = resources.filter((resource) => !resource.endsWith(".yaml"));
  const files = resources.filter((resource) => resource.endsWith(".yaml"));
  writeFileSync(path, stringify({ ...rest, resources: files, bases }));
}

function render(folder: string): Manifest[] {
  const program = existsSync(KUBECTL) ? KUBECTL : "kubectl";
  const { status, stdout, stderr } = spawnSync(program, ["kustomize", folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => manifestSchema.parse(document.toJS()));
}
