import { afterEach, expect, test } from "vitest";

import type { StoredIncident } from "../../../collector/stores/incident-store.ts";
import {
  type AlertingDesk,
  BY,
  createTestSink,
  openAlertingDesk,
  TENANT,
  type TestSink,
} from "./support/alerting-desk.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("what attacks a run that began after somebody saw to the same wakes somebody again, as an incident that follows on the other", async () => {
  const { sink, open } = await openAcknowledged();
  await open.passTime(7 * 24 * HOUR);
  await open.startRun("later");
  await open.find({ runId: "later" });
  await open.settle();

  const [after, before] = list(open);
  expect(before).toMatchObject({ state: "acknowledged", findings: 1, follows: null });
  expect(after).toMatchObject({ state: "open", findings: 1, follows: before?.id });
  expect(triggers(sink)).toEqual([before?.id, after?.id]);
  expect(sink.told.at(-1)?.incident.links.earlier).toMatch(`/v1/incidents/${before?.id}`);
  await open.store.suppressFinding(
    { runId: "later", id: "new-destination-1" },
    { ...BY, until: Number.MAX_SAFE_INTEGER },
  );
  await open.settle();
  expect(list(open).map(({ state }) => state)).toEqual(["resolved", "resolved"]);
});

test("what comes in a run that had begun by then is seen to, and so is a ticket", async () => {
  const { sink, open } = await openAcknowledged();
  await open.startRun("later");
  await open.find({ id: "new-destination-2" });
  await open.find({ runId: "later", severity: "high" });
  await open.settle();

  expect(list(open)).toMatchObject([{ state: "acknowledged", findings: 3 }]);
  expect(triggers(sink)).toHaveLength(1);
});

test("whoever attacks each run anew wakes somebody once an hour, however often that is seen to", async () => {
  const { sink, open } = await openAcknowledged();
  for (let time = 0; time < 9; time += 1) {
    await open.passTime(20 * MINUTE);
    await open.startRun(`later-${time}`);
    await open.find({ runId: `later-${time}` });
    await open.settle();
    await acknowledge(open);
  }
  await open.passTime(20 * MINUTE);

  // The first one, and those after 20, 80 and 140 minutes; that of 200 follows on them.
  expect(triggers(sink)).toHaveLength(5);
  const told = new Set(triggers(sink));
  expect(told.size).toBe(5);
});

async function openAcknowledged() {
  const sink = createTestSink("pager");
  const open = (desk = await openAlertingDesk([sink]));
  await open.startRun("run");
  await open.find();
  await open.settle();
  await acknowledge(open);
  open.clock.now += 1;
  return { sink, open };
}

async function acknowledge(open: AlertingDesk): Promise<void> {
  await open.alerting.acknowledge(list(open)[0]?.id ?? "", { ...BY, at: open.clock.now });
  await open.settle();
}

function list({ store }: AlertingDesk): readonly StoredIncident[] {
  return store.findIncidents(TENANT, {}, { after: undefined, limit: 100 }).items;
}

function triggers(sink: TestSink): readonly string[] {
  return sink.told.flatMap(({ action, incident }) => (action === "trigger" ? [incident.id] : []));
}
