import { BASELINE_VERSION, type BaselineDocument } from "./baseline-document.ts";
import type { Baseline, Habit } from "./baseline.ts";

/** One line of JSON. */
export function encodeBaseline(baseline: Baseline): string {
  return JSON.stringify(toDocument(baseline));
}

function toDocument({
  habits,
  domains,
  volumes,
  steps,
  news,
  ...rest
}: Baseline): BaselineDocument {
  const document: BaselineDocument = {
    version: BASELINE_VERSION,
    runs: rest.runs,
    updatedAt: rest.updatedAt,
    quietRuns: rest.quietRuns,
    destinations: [],
    names: [],
    processes: [],
    files: [],
    signals: [],
    domains: [...domains].map(([domain, { bytesSent, names }]) => [domain, bytesSent, names]),
    volumes: {
      processes: [...volumes.processes],
      connections: [...volumes.connections],
      bytesSent: [...volumes.bytesSent],
      bytesReceived: [...volumes.bytesReceived],
      files: [...volumes.files],
      findings: [...volumes.findings],
      durationMs: [...volumes.durationMs],
    },
    steps: [...steps].map(([step, { processes, connections, bytesSent }]) => ({
      step,
      processes: [...processes],
      connections: [...connections],
      bytesSent: [...bytesSent],
    })),
    news: [...news],
  };
  for (const habit of habits.values()) addHabit(document, habit);
  return document;
}

function addHabit(
  document: BaselineDocument,
  { feature, seen, last, literal = null, addresses }: Habit,
): void {
  switch (feature.kind) {
    case "destination": {
      const { program, domain, port, transport } = feature;
      const tuple = [program, domain, port, transport, seen, last];
      document.destinations.push(addresses === undefined ? tuple : [...tuple, addresses]);
      break;
    }
    case "name":
      document.names.push([feature.domain, feature.name, literal, seen, last]);
      break;
    case "process":
      document.processes.push([feature.parent, feature.program, seen, last]);
      break;
    case "file":
      document.files.push([feature.place, seen, last]);
      break;
    case "signal":
      document.signals.push([feature.signal, seen, last]);
  }
}
