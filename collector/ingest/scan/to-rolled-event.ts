/** Of lines that the scanner is sure of: the members that roll-ups ask for. */
import { transportSchema, verdictSchema } from "../../../protocol/index.ts";
import type { LineSlots } from "./line-slots.ts";
import type { RolledEvent } from "./rolled-event.ts";
import { SCANNED_KINDS, type ScannedKind } from "./scanned-shape.ts";

/** By their slots, in this order. */
export const TOLD_MEMBERS = {
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

const VERDICTS = verdictSchema.options;
const TRANSPORTS = transportSchema.options;

/** Undefined: the scanner is not sure that it is an event. */
export function toRolledEvent(line: LineSlots): RolledEvent | undefined {
  const kind = SCANNED_KINDS[line.kind];
  if (kind === undefined) return undefined;
  switch (kind) {
    case "process-started":
      return {
        kind,
        observedAt: line.observedAt,
        process: due(line.text(0)),
        parent: line.text(1) ?? null,
        executed: line.flag(2),
        executable: due(line.text(3)),
      };
    case "process-exited":
      return { kind, process: due(line.text(0)) };
    case "connection": {
      const [domain, ip, port] = [line.text(0), line.text(1), line.number(2)];
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
    case "file-read":
  }
  return { kind };
}

/** A member that each event of its kind has. */
function due<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("the scanner took for an event what is none");
  return value;
}
