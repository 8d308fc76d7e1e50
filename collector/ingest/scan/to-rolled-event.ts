/** Of lines that the scanner is sure of: the members that roll-ups ask for. */
import { transportSchema, verdictSchema } from "../../../protocol/index.ts";
import { EVENT_SHAPES } from "./event-shapes.ts";
import type { LineSlots } from "./line-slots.ts";
import type { LoadedKind } from "./load-shapes.ts";
import type { RolledEvent } from "./rolled-event.ts";
import { SCANNED_KINDS, type ScannedKind } from "./scanned-shape.ts";

/** By their slots, in this order. */
const TOLD_MEMBERS = {
  "process-started": ["process", "parent", "executed", "executable"],
  "process-exited": ["process"],
  connection: [
    "destination.domain",
    "destination.ip",
    "destination.port",
    "network.transport",
    "verdict",
    "lastSeen",
    "count",
  ],
  "dns-query": ["name", "verdict", "lastSeen", "count"],
  "file-written": [],
  "file-read": [],
} as const satisfies Readonly<Record<ScannedKind, readonly string[]>>;

/** How lines that say the same become one. */
const FOLDING: Readonly<Partial<Record<ScannedKind, Pick<LoadedKind, "sum" | "standIn">>>> = {
  connection: { sum: "count", standIn: ["destination.ip", "destination.domain"] },
  "dns-query": { sum: "count", standIn: undefined },
};
const NOT_FOLDED = { sum: undefined, standIn: undefined };

/** As the scanner is told of them. */
export const LOADED_KINDS: readonly LoadedKind[] = SCANNED_KINDS.map((kind) => ({
  kind,
  shape: EVENT_SHAPES[kind],
  told: TOLD_MEMBERS[kind],
  ...(FOLDING[kind] ?? NOT_FOLDED),
}));

const VERDICTS = verdictSchema.options;
const TRANSPORTS = transportSchema.options;
/** One says as much as another. */
const FILE_WRITTEN = { kind: "file-written" } as const;
const FILE_READ = { kind: "file-read" } as const;

export function toRolledEvent(line: LineSlots): RolledEvent | "unsure" {
  const kind = SCANNED_KINDS[line.kind];
  if (kind === undefined) return "unsure";
  switch (kind) {
    case "process-started":
      return {
        kind,
        observedAt: line.observedOn,
        process: due(line.text(0)),
        parent: line.text(1) ?? null,
        executed: line.flag(2),
        executable: due(line.text(3)),
      };
    case "process-exited":
      return { kind, process: due(line.text(0)) };
    case "connection": {
      const domain = line.text(0);
      // Lines of several addresses may have become this one.
      const ip = domain === undefined ? line.text(1) : undefined;
      const port = line.number(2);
      return {
        kind,
        destination: {
          ...(domain !== undefined && { domain }),
          ...(ip !== undefined && { ip }),
          ...(port !== undefined && { port }),
        },
        network: { transport: due(TRANSPORTS[line.word(3)]) },
        verdict: due(VERDICTS[line.word(4)]),
        lastSeen: due(line.text(5)),
        count: due(line.number(6)),
      };
    }
    case "dns-query":
      return {
        kind,
        name: due(line.text(0)),
        verdict: due(VERDICTS[line.word(1)]),
        lastSeen: due(line.text(2)),
        count: due(line.number(3)),
      };
    case "file-written":
      return FILE_WRITTEN;
    case "file-read":
  }
  return FILE_READ;
}

/** A member that each event of its kind has. */
function due<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("the scanner took for an event what is none");
  return value;
}
