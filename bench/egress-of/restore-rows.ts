import { z } from "zod";

import { toQuantile } from "../harness/statistics.ts";
import type { Row } from "../harness/table.ts";

/** One time that the table was undone. */
export const probedSchema = z.object({
  did: z.literal("probe-flush"),
  command: z.int(),
  commandMicroseconds: z.int(),
  sent: z.int(),
  escaped: z.int(),
  /** From the first packet that got out until the first that was refused again. Below zero: none was any more. */
  openMicroseconds: z.int(),
});

export type Probed = z.infer<typeof probedSchema>;

/** A row for each command, and one for all. */
export function toRestoreRows(commands: readonly string[], probed: readonly Probed[]): Row[] {
  const rows = commands.map((name, index) =>
    toRow(
      name,
      probed.filter(({ command }) => command === index),
    ),
  );
  return [...rows, toRow("all", probed)];
}

function toRow(undone: string, probed: readonly Probed[]): Row {
  const times = probed.map(({ openMicroseconds }) =>
    openMicroseconds < 0 ? Infinity : openMicroseconds / 1000,
  );
  const escaped = probed.map((round) => round.escaped);
  return {
    undone,
    rounds: probed.length,
    p50: toQuantile(times, 0.5).toFixed(1),
    p99: toQuantile(times, 0.99).toFixed(1),
    max: toQuantile(times, 1).toFixed(1),
    "packets out, p50": toQuantile(escaped, 0.5),
    "packets out, max": toQuantile(escaped, 1),
    "never refused again": times.filter((time) => time === Infinity).length,
  };
}
