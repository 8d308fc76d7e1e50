import type { SensorStatus } from "../../../protocol/primitives.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import { layOutRows } from "./columns.ts";
import type { Line, Span, Style } from "./line.ts";
import { toNote } from "./note.ts";
import { indent, type Section } from "./section.ts";

/** Who watched, how much, and every gap in it. */
export function toSensorSection(
  sensors: readonly SensorStatus[],
  losses: readonly string[],
  columns: number,
): Section {
  const rows = layOutRows(
    sensors.map(toCells),
    Array.from({ length: 4 }, () => ({ align: "left", fit: "never" }) as const),
    columns - indent.text.length,
  );
  return {
    title: "Sensors",
    lines: [
      ...rows.flatMap((row, index): Line[] => [
        [indent, ...row],
        ...toNote(sensors[index]?.reason, columns, { mark: "·", style: "dim" }),
      ]),
      ...losses.flatMap((loss) => toNote(loss, columns, { mark: "!", style: "alarm" })),
    ],
  };
}

const styles: Readonly<Record<SensorStatus["status"], Style>> = {
  active: "good",
  degraded: "warning",
  unavailable: "dim",
};

function toCells({ name, status, eventsSeen, eventsDropped }: SensorStatus): Span[] {
  return [
    { text: name },
    { text: status, style: styles[status] },
    { text: `${formatCount(eventsSeen)} ${pluralise("event", eventsSeen)}`, style: "dim" },
    eventsDropped === 0
      ? { text: status === "unavailable" ? "" : "none lost", style: "dim" }
      : { text: `${formatCount(eventsDropped)} lost`, style: "alarm" },
  ];
}
