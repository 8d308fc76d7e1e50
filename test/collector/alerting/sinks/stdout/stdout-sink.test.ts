import { expect, test } from "vitest";

import { STDOUT } from "../../../../../collector/alerting/sinks/stdout/stdout-sink.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";

async function write(notification = SAMPLE): Promise<string> {
  const lines: string[] = [];
  const sink = openSink(STDOUT, {}, { writeLine: (line) => lines.push(line) });
  expect(await sink.deliver(notification, FIRST)).toEqual({ status: "delivered" });
  return lines.join("");
}

test("a notification is one line of JSON that says all of it", async () => {
  const { at, ...told } = SAMPLE;

  expect(JSON.parse(await write())).toEqual({
    time: new Date(at).toISOString(),
    type: "alert",
    ...told,
  });
});

test("hostile text stays in its line, in printable ASCII, and within bounds", async () => {
  const repository = `${HOSTILE_INCIDENT.job.repository}${"\u{1f4a3}".repeat(1_000_000)}`;
  const job = { ...HOSTILE_INCIDENT.job, repository };
  const line = await write({ ...SAMPLE, incident: { ...HOSTILE_INCIDENT, job } });

  expect(/^[\x20-\x7e]{1,16000}\n$/.test(line)).toBe(true);
  expect(JSON.parse(line)).toMatchObject({ incident: { id: HOSTILE_INCIDENT.id, evidence: null } });
});
