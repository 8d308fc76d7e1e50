import { expect, test } from "vitest";

import { openAlertingDesk } from "./support/alerting-desk.ts";

test("incidents are listed with the names of their jobs, and by them", async () => {
  await using desk = await openAlertingDesk([]);
  await desk.startRun("of-build", "build");
  await desk.startRun("of-release", "release");
  await desk.find({ runId: "of-build" });
  await desk.find({ runId: "of-release" });
  await desk.settle();
  const list = (filter: { readonly repository?: string; readonly job?: string }) =>
    desk.store
      .findIncidents("default", filter, { after: undefined, limit: 10 })
      .items.map(({ repository, workflow, job }) => [repository, workflow, job].join(" "));
  const all = ["acme/app ci build", "acme/app ci release"];

  expect(list({}).toSorted()).toEqual(all);
  expect(list({ repository: "acme/app" }).toSorted()).toEqual(all);
  expect(list({ job: "release" })).toEqual([all[1]]);
  expect(list({ repository: "acme/app", job: "build" })).toEqual([all[0]]);
  expect(list({ repository: "acme/other" })).toEqual([]);
  expect(list({ repository: "acme/other", job: "build" })).toEqual([]);
});
