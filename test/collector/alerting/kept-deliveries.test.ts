import { afterEach, expect, test } from "vitest";

import { type AlertingDesk, createTestSink, openAlertingDesk } from "./support/alerting-desk.ts";

let desk: AlertingDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

test("what is told for weeks leaves the last deliveries alone, for each sink", async () => {
  const pager = createTestSink("pager", { repeatMs: 60_000 });
  desk = await openAlertingDesk([pager, createTestSink("chat")]);
  await desk.startRun("run");
  await desk.find();
  await desk.settle();
  for (let minutes = 0; minutes < 26; minutes += 1) await desk.passTime(60_000);

  const { store } = desk;
  const [incident] = store.findIncidents("default", {}, { after: undefined, limit: 1 }).items;
  const kept = store.listDeliveriesOfIncident(incident?.id ?? "", 100);
  expect(pager.told).toHaveLength(27);
  expect(kept.filter(({ sink }) => sink === "pager").map(({ state }) => state)).toEqual([
    ...Array<string>(20).fill("delivered"),
    "waiting",
  ]);
  expect(kept.filter(({ sink }) => sink === "chat").map(({ action }) => action)).toEqual([
    "trigger",
    "update",
  ]);
});
