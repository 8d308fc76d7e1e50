import { resolve } from "node:path";

import type { ExecObservation } from "../../observation.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import { isDynamicLoader, loadedByOption } from "../facts/dynamic-loader.ts";
import { nameOf } from "../facts/naming.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { DEBUGGER, SYSTEM_PACKAGE_MANAGER } from "../facts/traits.ts";
import { isInTemporaryPlace } from "../facts/unproven.ts";
import type { Flagged, Rule } from "../rule.ts";

const PRELOAD_FILE = "/etc/ld.so.preload";
const VARIABLES = ["LD_PRELOAD", "LD_AUDIT"] as const;
/** ld.so(8): names of both lists are separated so. */
const SEPARATORS = /[: ]/;

export const preloadInjection: Rule = {
  id: "preload-injection",
  title: "Library loaded into other programs",
  flags:
    "A program started with LD_PRELOAD or LD_AUDIT, or by the dynamic loader with `--preload` or `--audit`, that names a library which this run wrote, or one in a temporary place; and a change of /etc/ld.so.preload.",
  why: "Such a library runs inside every program that is started after it, and reads or changes what passes through: passwords, signatures, the compiler's output.",
  advice:
    "Find out who wrote the library and who set the variable; what was built afterwards is not to be trusted.",
  severity: "high",
  response: "report",
  techniques: ["T1574.006"],
  references: [
    {
      title: "MITRE ATT&CK T1574.006, Dynamic Linker Hijacking",
      url: "https://attack.mitre.org/techniques/T1574/006/",
    },
    { title: "ld.so(8)", url: "https://man7.org/linux/man-pages/man8/ld.so.8.html" },
  ],
  honest: [
    "Libraries of the system (libfaketime, jemalloc, libasan, fakeroot, stdbuf) stay quiet.",
    "A build that preloads a library which it has just compiled, for a test, is told with severity low where the same build tool made it and it lies in the workspace.",
  ],
  on: {
    exec(seen, actor, facts) {
      for (const variable of VARIABLES) {
        const value = seen.environment[variable];
        if (value !== undefined && value !== "") {
          const flagged = judge(variable, { value, seen, actor }, facts);
          if (flagged !== undefined) return flagged;
        }
      }
      return isDynamicLoader(seen.executable) ? ofLoader(seen, actor, facts) : undefined;
    },
    file(seen, actor, facts) {
      const isIt = facts.truePaths.of(seen, actor) === PRELOAD_FILE;
      if (!isIt && seen.originalPath !== PRELOAD_FILE) return undefined;
      if (hasTrait(actor, SYSTEM_PACKAGE_MANAGER)) return undefined;
      return {
        message: `${nameOf(actor)} changed ${PRELOAD_FILE}, which every program loads its libraries from`,
        subject: PRELOAD_FILE,
        evidence: { file: PRELOAD_FILE },
      };
    },
  },
};

function ofLoader(seen: ExecObservation, actor: Actor, facts: RunFacts): Flagged | undefined {
  for (const value of loadedByOption(seen.args)) {
    const flagged = judge("LD_PRELOAD", { value, seen, actor }, facts);
    if (flagged !== undefined) return flagged;
  }
  return undefined;
}

interface Preloaded {
  readonly value: string;
  readonly seen: ExecObservation;
  readonly actor: Actor;
}

function judge(
  variable: (typeof VARIABLES)[number],
  preloaded: Preloaded,
  facts: RunFacts,
): Flagged | undefined {
  const { value, actor } = preloaded;
  // A debugger of dynamic linking sets it for the programs that it starts, with a library of its own.
  if (hasTrait(actor.parent, DEBUGGER)) return undefined;
  for (const path of value
    .split(SEPARATORS)
    .flatMap((name) => findPlaces(name, preloaded, facts))) {
    const written = facts.files.find(path);
    const isTemporary = isInTemporaryPlace(path);
    if (written === undefined && !isTemporary) continue;
    const isOfBuild = !isTemporary && path.startsWith(`${facts.place.workspace}/`);
    return {
      message: `${nameOf(actor)} was started with ${variable}=${path}, ${written ? "which this run wrote" : "a library in a temporary place"}`,
      subject: `${variable} ${path}`,
      evidence: {
        variable,
        library: path,
        ...(written && { writtenBy: written.lastWriter.program?.executable }),
      },
      ...(isOfBuild && isMadeByLinker(written?.firstWriter) && { severity: "low" }),
    };
  }
  return undefined;
}

/** A bare name is looked for where another variable says, or the system has its libraries. */
function findPlaces(name: string, { seen }: Preloaded, facts: RunFacts): string[] {
  if (name.includes("/")) return [resolve(seen.workingDirectory ?? "/", name)];
  return (seen.environment["LD_LIBRARY_PATH"] ?? "")
    .split(/[:;]/)
    .filter((directory) => directory !== "" && name !== "")
    .map((directory) => resolve(seen.workingDirectory ?? "/", directory, name))
    .filter((path) => facts.files.find(path) !== undefined);
}

/** What a linker wrote is the build's own; what was downloaded or unpacked is not. */
function isMadeByLinker(writer: Actor | undefined): boolean {
  return /^(?:ld|collect|lld|mold|gold|cc|gcc|clang|rustc)/.test(writer?.program?.name ?? "");
}
