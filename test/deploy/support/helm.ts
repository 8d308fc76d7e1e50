/** What Helm would apply of our chart. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

import { z } from "zod";

import { GO, GO_LIBRARIES } from "../../support/requires.ts";
import { type Manifest, manifestSchema } from "./kustomize.ts";

export const CHART = join(import.meta.dirname, "../../../deploy/helm/runner-guard-collector");
/** The renderer is compiled first, with all libraries that it stands on. */
export const COMPILE_MS = 600_000;

const SOURCES = join(import.meta.dirname, "helm-render");
/** What the collector of deploy/kustomize is called, and where it is. */
const RELEASE = { name: "runner-guard-collector", namespace: "runner-guard" };
const renderedSchema = z.object({
  manifests: z
    .array(manifestSchema)
    .nullable()
    .transform((manifests) => manifests ?? []),
  notes: z.string(),
  error: z.string(),
});

export interface Job {
  readonly values?: unknown;
  readonly release?: { readonly name: string; readonly namespace: string };
  readonly kubeVersion?: string;
  /** As newer versions of Helm read them; older ones take all for floating point. */
  readonly exactNumbers?: boolean;
}

export type Rendered = z.infer<typeof renderedSchema>;

/** One rendering; throws what Helm would say where there is none. */
export async function renderValues(values: unknown): Promise<Manifest[]> {
  const [rendered] = await renderJobs([{ values }]);
  if (rendered === undefined || rendered.error !== "") throw new Error(rendered?.error);
  return rendered.manifests;
}

export async function renderJobs(jobs: readonly Job[]): Promise<Rendered[]> {
  const child = spawn(await bringRenderer(), [], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(
    JSON.stringify({
      chart: CHART,
      jobs: jobs.map(({ values = {}, release = RELEASE, ...job }) => ({
        kubeVersion: "v1.30.0",
        exactNumbers: false,
        ...job,
        release,
        values,
      })),
    }),
  );
  return z.array(renderedSchema).parse(JSON.parse(await text(child.stdout)));
}

/** Compiled once for what its sources are, and kept outside of every checkout. */
async function bringRenderer(): Promise<string> {
  const home = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "runner-guard");
  const sources = globSync(join(SOURCES, "*.go")).toSorted();
  const digest = createHash("sha256").update(`${GO} ${process.arch}`);
  for (const source of sources) digest.update(readFileSync(source));
  const program = join(home, `helm-render-${digest.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  const work = mkdtempSync(join(home, "helm-render-work-"));
  try {
    await promisify(execFile)(GO, ["build", "-o", join(work, "program"), ...sources], {
      env: {
        PATH: process.env["PATH"],
        HOME: work,
        GOPATH: GO_LIBRARIES,
        GOCACHE: join(work, "cache"),
        GOTMPDIR: work,
        // Debian's libraries are no modules.
        GO111MODULE: "off",
        GOFLAGS: "",
        CGO_ENABLED: "0",
      },
    });
    // Two that compile it at once have made the same.
    renameSync(join(work, "program"), program);
    return program;
  } finally {
    rmSync(work, { recursive: true });
  }
}
