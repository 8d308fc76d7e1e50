import {
  CREDENTIAL_DIRECTORIES,
  type CredentialFile,
  HOLDS_CREDENTIAL,
} from "../data/credential-files.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { findCredentialFile, findStanding } from "../facts/credential-files.ts";
import { isOutOfPlace } from "../facts/install-places.ts";
import { readAs } from "../facts/live-files.ts";
import { nameOf } from "../facts/naming.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import {
  COMPILER,
  DECODER,
  DOWNLOADER,
  FILE_MOVER,
  FILTER,
  INTERPRETER,
  PACKAGE_MANAGER,
  RELAY,
  SHELL,
} from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** Read what they are told to, whatever it is: of these none has a file of credentials of its own. */
const READS_ANYTHING = SHELL | INTERPRETER | FILTER | FILE_MOVER | DOWNLOADER | DECODER | RELAY;
const GOES_THROUGH_ALL = FILTER | FILE_MOVER;
/** Build tools look for the name and the branch of the checkout in it. */
const READS_CHECKOUT = PACKAGE_MANAGER | COMPILER;
const HEAD_BYTES = 65_536;

export const credentialFileRead: Rule = {
  id: "credential-file-read",
  title: "Credentials read by another program",
  flags:
    "A file of credentials opened by a program that it is not for: .git/config with a token, .npmrc, .pypirc, .netrc, and those of AWS, ssh, Kubernetes, Docker, Google Cloud, Azure, Vault, Terraform, Cargo, Maven and the like; and one that is linked or moved to another name.",
  why: "Tokens that one tool was given for one purpose are what an attacker in any other one looks for first.",
  advice:
    "Revoke the credential, and look at what the program did next, above all with the network. Give tokens to the step that needs them alone, by its environment.",
  severity: "medium",
  response: "report",
  techniques: ["T1552.001"],
  references: [
    {
      title: "MITRE ATT&CK T1552.001, Credentials In Files",
      url: "https://attack.mitre.org/techniques/T1552/001/",
    },
    {
      title: "actions/checkout: persist-credentials",
      url: "https://github.com/actions/checkout#usage",
    },
  ],
  honest: [
    "Each tool reads its own file, and those of the tools that it works with (helm the ones of Kubernetes and of registries), in silence; so do settings in which there is no credential.",
    "A search or a copy of the whole checkout, which meets .git/config, and a program that is installed and not on the list, are told as low.",
    "A script that reads ~/.aws/credentials through a library is flagged, since any script can: give it the credentials by its environment.",
  ],
  on: {
    "file-read"({ path }, actor, facts) {
      const file = findCredentialFile(path);
      if (file === undefined) return undefined;
      const standing = findStanding(actor, file, facts);
      if (standing === "reader") return undefined;
      if (!holdsCredential(path, file, { actor, facts })) return undefined;
      return toFlagged(`${nameOf(actor)} read ${path}, ${file.what}`, path, {
        isSlight: standing === "claims" || isSlight(actor, file, facts),
      });
    },
    /** By another name it would be read unseen. */
    file({ operation, originalPath, path }, actor, facts) {
      if (originalPath === undefined || operation === "delete") return undefined;
      const file = findCredentialFile(originalPath);
      const what = file?.what ?? findDirectory(originalPath);
      if (what === undefined || findCredentialFile(path) !== undefined) return undefined;
      if (file !== undefined && findStanding(actor, file, facts) === "reader") return undefined;
      const deed = operation === "rename" ? "moved" : "linked";
      return toFlagged(
        `${nameOf(actor)} ${deed} ${originalPath}, ${what}, to ${path}`,
        originalPath,
        { isSlight: !hasTrait(actor, READS_ANYTHING) && !isForeign(actor, facts) },
      );
    },
  },
};

function toFlagged(
  message: string,
  path: string,
  { isSlight: slight }: { isSlight: boolean },
): Flagged {
  return {
    message,
    subject: path,
    evidence: { path },
    ...(slight && { severity: "low" }),
  };
}

/** Unknown counts as yes, but in a checkout, where nothing of the kind is usual. */
function holdsCredential(
  path: string,
  { isOftenPlain, parent }: CredentialFile,
  { actor, facts }: { readonly actor: Actor; readonly facts: RunFacts },
): boolean {
  if (isOftenPlain === undefined) return true;
  const head = readAs(actor, path, { bytes: HEAD_BYTES, facts });
  return head === undefined ? parent !== ".git" : HOLDS_CREDENTIAL.test(head.toString("utf8"));
}

function isSlight(actor: Actor, { name, parent }: CredentialFile, facts: RunFacts): boolean {
  if (isForeign(actor, facts)) return false;
  if (parent === ".git") {
    if (hasTrait(actor, READS_CHECKOUT)) return true;
    const args = actor.program?.args ?? [];
    const isNamed = args.some((arg) => arg.includes(".git") || arg.endsWith(name));
    if (hasTrait(actor, GOES_THROUGH_ALL)) return !isNamed;
  }
  return !hasTrait(actor, READS_ANYTHING);
}

/** It came with the run, or lies where nothing is installed. */
function isForeign({ program }: Actor, facts: RunFacts): boolean {
  const executable = program?.executable ?? "";
  return (
    isOutOfPlace(executable, facts) ||
    facts.files.find(executable) !== undefined ||
    executable.startsWith(`${facts.place.workspace}/`)
  );
}

function findDirectory(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return CREDENTIAL_DIRECTORIES.has(name) ? "where credentials lie" : undefined;
}
