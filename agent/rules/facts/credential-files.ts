/** Whether a file is one that holds a credential, and whose it is. */
import { resolve } from "node:path";

import { CREDENTIAL_FILES, type CredentialFile } from "../data/credential-files.ts";
import { type Actor, hasTrait } from "./actor.ts";
import { isOutOfPlace } from "./install-places.ts";
import { toProgramSource } from "./program-source.ts";
import type { RunFacts } from "./run-facts.ts";
import { INTERPRETER, SHELL } from "./traits.ts";

const BY_NAME: ReadonlyMap<string, readonly CredentialFile[]> = Map.groupBy(
  CREDENTIAL_FILES,
  ({ name }) => name,
);
const EXTENSION = /\.(?:[cm]?js|py|pyz|rb|pl|sh|phar)$/;

export function findCredentialFile(path: string): CredentialFile | undefined {
  const nameAt = path.lastIndexOf("/");
  const files = BY_NAME.get(path.slice(nameAt + 1));
  if (files === undefined) return undefined;
  const parent = path.slice(path.lastIndexOf("/", nameAt - 1) + 1, nameAt);
  return files.find((file) => file.parent === undefined || file.parent === parent);
}

/** `claims`: by its name, which anything in a checkout can have. */
export type Standing = "reader" | "claims" | "none";

/** Whether the program is one of those whose file it is; of an interpreter its script. */
export function findStanding(actor: Actor, file: CredentialFile, facts: RunFacts): Standing {
  const { program } = actor;
  if (program === undefined) return "none";
  if (file.readers.has(program.name)) return toStanding(program.executable, facts);
  if (!hasTrait(actor, INTERPRETER | SHELL)) return "none";
  const source = toProgramSource(program);
  if (source.kind !== "file") return "none";
  const name = source.path.slice(source.path.lastIndexOf("/") + 1).replace(EXTENSION, "");
  const isNamed = file.readers.has(name) || (name.startsWith("yarn-") && file.readers.has("yarn"));
  if (!isNamed) return "none";
  const path = resolve(program.workingDirectory ?? "/", source.path);
  // `python -m` takes what lies in the working directory first.
  return program.args[1] === "-m" ? "claims" : toStanding(path, facts);
}

function toStanding(path: string, facts: RunFacts): Standing {
  const { workspace } = facts.place;
  if (path.startsWith(`${workspace}/`) && !path.includes("/.yarn/releases/")) return "claims";
  return isOutOfPlace(path, facts) ? "none" : "reader";
}
