import { type Actor, ancestorsOf, hasTrait } from "../facts/actor.ts";
import { nameOf } from "../facts/naming.ts";
import { findEmployer } from "../facts/package-managers.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { COMPILER, FORMATTER, PACKAGE_MANAGER, VERSION_CONTROL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const CHANGES_SOURCES = VERSION_CONTROL | FORMATTER | PACKAGE_MANAGER | COMPILER;

export const sourceOverwrite: Rule = {
  id: "source-overwrite",
  title: "Source changed under the build",
  flags:
    "A file of the checkout that was changed before a build began and changed back afterwards, by anything but the version control; one that a package changed while it was installed; and, as low, any other change of files that the version control knows, also one that is undone within the milliseconds until the guard looks.",
  why: "What is built is then not what was reviewed, and nothing of it is left in the checkout: so was SolarWinds' Orion made to carry a back door.",
  advice:
    "Do not ship what this job built. Build again on another machine and compare, and find which package or program the change came from.",
  severity: "high",
  response: "report",
  techniques: ["T1565.001"],
  references: [
    {
      title: "MITRE ATT&CK S0562, SUNSPOT",
      url: "https://attack.mitre.org/software/S0562/",
    },
    {
      title: "MITRE ATT&CK T1565.001, Stored Data Manipulation",
      url: "https://attack.mitre.org/techniques/T1565/001/",
    },
  ],
  honest: [
    "Version control, formatters, package managers and compilers stay quiet.",
    "A version that is written into a source, and generated files that are part of the repository, are told as low, all of them as one.",
    "A tool that alters sources, builds and puts them back (mutation tests, some packers) is flagged: switch the rule off for its job.",
  ],
  on: {
    file(_seen, actor, facts) {
      if (hasTrait(actor, CHANGES_SOURCES)) return undefined;
      const path = facts.truePaths.of(_seen, actor);
      if (facts.sources.of(path) === undefined) return undefined;
      return toFlagged(path, actor, facts);
    },
  },
  review(facts) {
    return facts.sources.takeRestored().map(({ path, actor }) => ({
      message: `${nameOf(actor)} changed ${path} before a build, and it was changed back afterwards`,
      subject: `${path} changed back`,
      evidence: { path },
      actor,
    }));
  },
};

function toFlagged(path: string, actor: Actor, facts: RunFacts): Flagged {
  if (isOfPackage(actor, facts)) {
    return {
      message: `${nameOf(actor)} changed ${path} for a package that is being installed`,
      subject: path,
      evidence: { path },
    };
  }
  return {
    message: `${nameOf(actor)} changed ${path}, a file of the checkout`,
    subject: "files of the checkout",
    evidence: { path },
    severity: "low",
  };
}

/** Scripts of a package run in its own directory, those of the project at its top. */
function isOfPackage(actor: Actor, { place }: RunFacts): boolean {
  const employer = findEmployer(actor);
  if (employer?.installs !== true) return false;
  for (const one of [actor, ...ancestorsOf(actor)]) {
    if (one === employer.manager) return false;
    const directory = one.program?.workingDirectory ?? "";
    if (
      directory.includes("/node_modules/") ||
      !`${directory}/`.startsWith(`${place.workspace}/`)
    ) {
      return true;
    }
  }
  return false;
}
