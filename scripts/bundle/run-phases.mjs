import { join } from "node:path";

/**
 * What `run` loads together is one file, and so is what `watch` needs besides: finding, reading and linking each takes half a
 * millisecond, and there would be forty. Each has what it and its imports need and those before do not. main.ts is by itself:
 * it has something to do before anything else is loaded.
 */
const PHASES = [
  // First, and by itself: the sooner the kernel is at it, the sooner the guard is in force.
  { name: "kernel", modules: ["agent/commands/watch/usual-sensor.ts"] },
  {
    name: "command-line",
    modules: [
      "agent/commands/program.ts",
      "agent/commands/descriptor-output.ts",
      "agent/commands/error-output.ts",
      "agent/job/signal-relay.ts",
    ],
  },
  {
    name: "begin",
    modules: [
      "agent/commands/run/run-guarded.ts",
      // `watch` needs them before the kernel checks the sensor's programs, and what comes after is loaded while it does.
      "agent/redact/record/record-redactor.ts",
      "agent/redact/record/shared-treatments.ts",
      "agent/redact/record/text-redaction.ts",
      "agent/sensor/proc/process-stat.ts",
    ],
  },
  {
    name: "guard",
    modules: [
      "agent/guard/create-guard.ts",
      "agent/commands/run/run-command.ts",
      "agent/sensor/kernel/kernel-sensor.ts",
    ],
  },
  {
    name: "rules",
    modules: [
      "agent/rules/rule-engine.ts",
      "agent/rules/rule-list.ts",
      "agent/rules/user-rules/compile-user-rule.ts",
      "agent/rules/facts/run-facts.ts",
      "agent/rules/facts/live-processes.ts",
      "agent/respond/responder.ts",
    ],
  },
  { name: "redaction-parts", modules: ["agent/redact/redaction.ts"] },
  { name: "watch-parts", modules: ["agent/commands/watch/watch.ts"] },
];

/** @typedef {{ getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null }} ModuleGraph */

/**
 * The name of the file that a module goes to; null leaves it to the bundler.
 *
 * @param {string} root
 * @returns {(id: string, graph: ModuleGraph) => string | null}
 */
export function createPhaseNames(root) {
  /** @type {Map<string, string> | undefined} */
  let names;
  return (id, graph) => {
    names ??= assign(root, graph);
    return names.get(id) ?? null;
  };
}

/**
 * @param {string} root
 * @param {ModuleGraph} graph
 */
function assign(root, graph) {
  /** @type {Map<string, string>} */
  const names = new Map();
  const own = closureOf(["agent/main.ts"], root, graph);
  for (const { name, modules } of PHASES) {
    for (const id of closureOf(modules, root, graph)) {
      if (!own.has(id) && !names.has(id)) names.set(id, name);
    }
  }
  return names;
}

/**
 * @param {readonly string[]} modules
 * @param {string} root
 * @param {ModuleGraph} graph
 */
function closureOf(modules, root, graph) {
  const found = new Set(modules.map((module) => join(root, module)));
  for (const id of found) {
    const info = graph.getModuleInfo(id);
    if (info === null) throw new Error(`the bundle has no module ${id}: scripts/bundle names it`);
    for (const imported of info.importedIds) {
      if (graph.getModuleInfo(imported) !== null && imported.startsWith("/")) found.add(imported);
    }
  }
  return found;
}
