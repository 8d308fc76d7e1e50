import type { FileObservation } from "../../observation.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { readAs, readHomeOf } from "../facts/live-files.ts";
import { nameOf } from "../facts/naming.ts";
import { findEmployer } from "../facts/package-managers.ts";
import { findPersistencePlace, type FoundPlace, isUsualHome } from "../facts/persistence.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { isSystemInstall, isSystemProgram } from "../facts/system-installs.ts";
import { ACCOUNT_TOOL } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** Where `systemctl enable` finds what it links to. */
const INSTALLED_UNITS = ["/usr/lib/systemd/", "/lib/systemd/", "/etc/systemd/", "/run/systemd/"];

export const persistenceWrite: Rule = {
  id: "persistence-write",
  title: "Start-up file or unit written",
  flags:
    "A file written, renamed or linked to where the system, a login or the next shell runs it or grants a right by it: start-up files of shells, authorized_keys, sudoers, the list of accounts, cron, systemd units of the system and of users, udev rules, PAM, autostart, init scripts; through links and /proc as well.",
  why: "What stands there runs again after the step, and on a machine that is kept after the job, with other jobs' secrets.",
  advice:
    "Look at the file, take it back, and find which package or action the program came from. Treat a machine that is not thrown away after the job as lost.",
  severity: "high",
  response: "report",
  techniques: ["T1543.002", "T1546.004"],
  references: [
    {
      title: "MITRE ATT&CK T1546.004, Unix Shell Configuration Modification",
      url: "https://attack.mitre.org/techniques/T1546/004/",
    },
    {
      title: "MITRE ATT&CK T1543.002, Create or Modify System Process: Systemd Service",
      url: "https://attack.mitre.org/techniques/T1543/002/",
    },
    {
      title: "GHSA-cxm3-wv7p-598c: the Nx packages that wrote to ~/.bashrc (s1ngularity)",
      url: "https://github.com/nrwl/nx/security/advisories/GHSA-cxm3-wv7p-598c",
    },
  ],
  honest: [
    "The system's package manager (dpkg, rpm, apk) and the scripts of its packages, and `systemctl enable` of an installed unit stay quiet; so do useradd and its like for the list of accounts and the shells' start-up files in a home directory, where the run has not put them there itself.",
    "A start-up file that gets nothing but settings (a line for PATH, the loading of nvm, cargo or conda), as installers write it, is told as low, unless an install script of a package did it.",
    "A job that sets up the machine it runs on (authorized_keys, sudoers, units) is flagged: set the rule's severity for that job.",
  ],
  on: {
    file(seen, actor, facts) {
      if (seen.operation === "delete" || seen.operation === "chmod") return undefined;
      const path = facts.truePaths.of(seen, actor);
      const place = findPersistencePlace(path) ?? findKeyDirectory(path, { seen, actor, facts });
      if (place === undefined || isHonest(seen, actor, place)) return undefined;
      return toFlagged({ path, place, actor }, facts);
    },
  },
  review(facts) {
    return facts.startupFiles.turned().flatMap(({ path, actor }) => {
      const place = findPersistencePlace(path);
      return place === undefined ? [] : [{ ...toFlagged({ path, place, actor }, facts), actor }];
    });
  },
};

interface Change {
  readonly path: string;
  readonly place: FoundPlace;
  readonly actor: Actor;
}

function toFlagged({ path, place, actor }: Change, facts: RunFacts): Flagged {
  const isSlight =
    !isDependency(actor) &&
    ((place.kind === "startup" && facts.startupFiles.holdsSettingsAlone(path)) ||
      !isHome(place.home, actor, facts));
  return {
    message: `${nameOf(actor)} wrote ${path}, ${place.what}`,
    // What is found to be graver later is another finding.
    subject: isSlight ? `settings in ${path}` : path,
    evidence: { path },
    ...(isSlight && { severity: "low" }),
  };
}

function isHonest(seen: FileObservation, actor: Actor, { home, kind }: FoundPlace): boolean {
  const { program } = actor;
  if (program === undefined) return false;
  // What it copies from is a folder that it is told, so that nothing else is its business.
  const isOfAccounts = kind === "accounts" || (home !== undefined && kind === "startup");
  if (isOfAccounts && hasTrait(actor, ACCOUNT_TOOL) && isSystemProgram(program.executable)) {
    return true;
  }
  if (home !== undefined) return false;
  return isSystemInstall(actor) || (program.name === "systemctl" && enablesInstalled(seen));
}

function enablesInstalled({ originalPath }: FileObservation): boolean {
  return INSTALLED_UNITS.some((place) => originalPath?.startsWith(place));
}

/** `mv prepared ~/.ssh`: what it brings is looked at. */
function findKeyDirectory(
  path: string,
  { seen, actor, facts }: { seen: FileObservation; actor: Actor; facts: RunFacts },
): FoundPlace | undefined {
  if (seen.originalPath === undefined || !path.endsWith("/.ssh")) return undefined;
  const keys = `${path}/authorized_keys`;
  const hasKeys = (readAs(actor, keys, { bytes: 1, facts })?.length ?? 0) > 0;
  return hasKeys ? findPersistencePlace(keys) : undefined;
}

/** Installs packages and runs what they bring: no package has business in these files. */
function isDependency(actor: Actor): boolean {
  return findEmployer(actor)?.installs === true;
}

function isHome(home: string | undefined, actor: Actor, facts: RunFacts): boolean {
  if (home === undefined || isUsualHome(home, facts.place.home)) return true;
  const own = readHomeOf(actor, facts);
  return own === undefined || own === home;
}
