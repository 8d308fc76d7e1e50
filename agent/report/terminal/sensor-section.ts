import type { SensorStatus } from "../../../protocol/primitives.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import type { Column } from "./columns.ts";
import type { Line, Span, Style } from "./line.ts";
import { toNote } from "./note.ts";
import { layOutIndented, type Section } from "./section.ts";

const COLUMN: Column = { align: "left", fit: "never" };
const COLUMNS = [COLUMN, COLUMN, COLUMN, COLUMN];

/** Who watched, how much, and every gap in it. */
export function toSensorSection(
  sensors: readonly SensorStatus[],
  losses: readonly string[],
  columns: number,
): Section {
  const rows = layOutIndented(sensors.map(toCells), COLUMNS, columns);
  return {
    title: "Sensors",
    lines: [
      ...rows.flatMap((row, index): Line[] => [
        row,
        ...toNote(sensors[index]?.reason, columns, { mark: "·", style: "dim" }),
      ]),
      ...losses.flatMap((loss) => toNote(loss, columns, { mark: "!", style: "alarm" })),
    ],
  };
}

const STYLES: Readonly<Record<SensorStatus["status"], Style>> = {
  active: "good",
  degraded: "warning",
  unavailable: "dim",
};

function toCells({ name, status, eventsSeen, eventsDropped }: SensorStatus): Span[] {
  return [
    { text: name },
    { text: status, style: STYLES[status] },
    { text: `${formatCount(eventsSeen)} ${pluralise("event", eventsSeen)}`, style: "dim" },
    eventsDropped === 0
      ? { text: status === "unavailable" ? "" : "none lost", style: "dim" }
      : { text: `${formatCount(eventsDropped)} lost`, style: "alarm" },
  ];
}
