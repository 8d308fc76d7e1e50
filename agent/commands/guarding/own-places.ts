import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { RunConfig } from "../../config.ts";
import type { OwnPlace } from "../../rules/facts/run-facts.ts";

const INSTALLED = fileURLToPath(new URL("../../..", import.meta.url));
/**
 * Of what is installed, what a guard runs or loads. Not its compile cache: a `runner-guard redact` of the job's fills it.
 */
const PARTS = ["agent", "protocol", "bin", ".node24", ".cache/bundle"];
const PACKAGES = "node_modules";

export interface OwnPlacesOptions {
  readonly config: Pick<RunConfig, "policy" | "secretsFile" | "spoolDir">;
  /** Of `watch`, with its spool. */
  readonly stateDirectory?: string;
  /** Where the checkout of the job is. What is installed there is the job's. */
  readonly workspace: string;
  /** Where the guard itself lies. */
  readonly installed?: string;
}

/** What the guard goes by, which a job has no business to change; as the kernel tells paths. */
export function toOwnPlaces({
  config,
  stateDirectory,
  workspace: given,
  installed = INSTALLED,
}: OwnPlacesOptions): OwnPlace[] {
  const workspace = resolve(toRealPath(given) ?? given);
  const isJobs = isOfJob(workspace, resolve(installed));
  const settings = [
    ...toPlace(config.policy, "the guard's policy"),
    ...toPlace(config.secretsFile, "the guard's list of secrets"),
  ];
  return [
    ...settings.map((one) => (isBelow(one.path, workspace) ? { ...one, isOfCheckout: true } : one)),
    ...toPlace(config.spoolDir, "what the guard has yet to send"),
    ...toPlace(stateDirectory, "the guard's state"),
    ...(isJobs ? [] : toInstalled(installed)),
  ];
}

function toInstalled(installed: string): OwnPlace[] {
  const toPart = (name: string): OwnPlace[] => toPlace(join(installed, name), "part of the guard");
  return [
    ...PARTS.flatMap(toPart),
    ...toPart(PACKAGES).map((packages) => ({ ...packages, hasCaches: true })),
  ];
}

function toPlace(given: string | undefined, what: string): OwnPlace[] {
  const path = given === undefined ? undefined : toRealPath(given);
  return path === undefined ? [] : [{ path, what }];
}

/** One holds the other: a checkout of the guard, or the guard in a folder of the checkout. */
function isOfJob(workspace: string, installed: string): boolean {
  // Who was started at the root has no checkout.
  return workspace !== "/" && (isBelow(workspace, installed) || isBelow(installed, workspace));
}

/** Undefined where there is nothing, which nobody can change. */
function toRealPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isBelow(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}
