/** Whether a program that this run wrote is of the job's own making: copied, linked under a name, or put together by its scripts. */
import { ancestorsOf, type Actor, hasTrait } from "./actor.ts";
import type { RunFacts } from "./run-facts.ts";
import { isSystemInstall } from "./system-installs.ts";
import { INTERPRETER, PACKAGE_MANAGER, RUNNER, VERSION_CONTROL } from "./traits.ts";
import type { WrittenFile } from "./written-files.ts";

/** What they write is what somebody has published, under the name that it has there. */
const BRINGS_PUBLISHED = PACKAGE_MANAGER | VERSION_CONTROL;
const UNPACKERS = new Set(["tar", "bsdtar", "unzip", "7z", "7za", "cpio", "dpkg-deb"]);

/** `connected`: installers in scripts fetch what they unpack (Playwright, Puppeteer, the runner's actions). */
export function isOwnMake(file: WrittenFile, connected: RunFacts["connected"]): boolean {
  for (let at: WrittenFile | undefined = file; at !== undefined; at = at.origin) {
    if (isInstaller(at.lastWriter, connected)) return false;
  }
  return true;
}

function isInstaller(writer: Actor, connected: RunFacts["connected"]): boolean {
  if (hasTrait(writer, BRINGS_PUBLISHED) || isSystemInstall(writer)) return true;
  if (UNPACKERS.has(writer.program?.name ?? "")) return true;
  if (!hasTrait(writer, INTERPRETER | RUNNER)) return false;
  return connected.reachOf(writer) !== undefined || isOfAction(writer);
}

/** The runner starts the Node.js of actions itself. */
function isOfAction(writer: Actor): boolean {
  const [parent] = ancestorsOf(writer);
  return parent !== undefined && hasTrait(parent, RUNNER);
}
