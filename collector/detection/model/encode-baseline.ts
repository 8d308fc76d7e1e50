import { BASELINE_VERSION, type BaselineDocument, EXPECTED } from "./baseline-document.ts";
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
  { feature, seen, last, isExpected, literal = null, addresses }: Habit,
): void {
  const times = isExpected === true ? [seen, last, EXPECTED] : [seen, last];
  switch (feature.kind) {
    case "destination": {
      const { program, domain, port, transport } = feature;
      const where = [program, domain, port, transport];
      document.destinations.push(
        addresses === undefined ? [...where, ...times] : [...where, addresses, ...times],
      );
      break;
    }
    case "name":
      document.names.push([feature.domain, feature.name, literal, ...times]);
      break;
    case "process":
      document.processes.push([feature.parent, feature.program, ...times]);
      break;
    case "file":
      document.files.push([feature.place, ...times]);
      break;
    case "signal":
      document.signals.push([feature.signal, ...times]);
  }
}
