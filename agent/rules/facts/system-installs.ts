/** Whether the system's package manager is at work: what it writes, and what the scripts of its packages do. */
import { type Actor, ancestorsOf, hasTrait } from "./actor.ts";
import { SYSTEM_PACKAGE_MANAGER } from "./traits.ts";

const SYSTEM_PROGRAMS = [
  "/usr/bin/",
  "/bin/",
  "/usr/sbin/",
  "/sbin/",
  "/usr/libexec/",
  "/usr/lib/",
];
/** Where dpkg has the scripts of packages; those that it runs before they are unpacked are in `tmp.ci`. */
const PACKAGE_SCRIPTS = "/var/lib/dpkg/";
/** These run scripts of packages as text, so that it cannot be told whose a command is. apt has commands of its own at its command line. */
const RUN_SCRIPTS_AS_TEXT = new Set(["rpm", "dnf", "yum", "apk", "zypper", "pacman", "microdnf"]);

export function isSystemInstall(actor: Actor): boolean {
  if (isSystemManager(actor)) return true;
  for (const one of [actor, ...ancestorsOf(actor)]) {
    const { program } = one;
    if (program === undefined) continue;
    if ((program.script ?? program.executable).startsWith(PACKAGE_SCRIPTS)) return true;
    if (RUN_SCRIPTS_AS_TEXT.has(program.name) && isSystemManager(one)) return true;
  }
  return false;
}

function isSystemManager(actor: Actor): boolean {
  return (
    hasTrait(actor, SYSTEM_PACKAGE_MANAGER) && isSystemProgram(actor.program?.executable ?? "")
  );
}

export function isSystemProgram(executable: string): boolean {
  return SYSTEM_PROGRAMS.some((directory) => executable.startsWith(directory));
}
