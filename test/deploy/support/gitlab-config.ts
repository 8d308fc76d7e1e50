/** What GitLab's runner is told, as far as its tables are of keys and short values. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { KUSTOMIZE } from "./kustomize.ts";

/** What GitLab's runner lays over the pod that it makes. */
export function readGitlabPatch(): string {
  return /^patch = '''\n(.*?)'''/ms.exec(read())?.[1] ?? "";
}

/** The values as they are written; empty where there is no such table. */
export function readGitlabTable(name: string): Readonly<Record<string, string>> {
  const lines = read().split("\n");
  const begin = lines.indexOf(`[${name}]`) + 1;
  if (begin === 0) return {};
  const length = lines.slice(begin).findIndex((line) => line.startsWith("["));
  const pairs = lines.slice(begin, length === -1 ? undefined : begin + length).flatMap((line) => {
    const [, key, value] = /^"?([^#"=]+?)"? = (.+)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs);
}

function read(): string {
  return readFileSync(join(KUSTOMIZE, "gitlab/config.template.toml"), "utf8");
}
