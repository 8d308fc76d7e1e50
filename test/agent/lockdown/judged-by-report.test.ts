import { expect, test } from "vitest";

import { judgeByReport } from "../../../agent/lockdown/root-command-lockdown.ts";
import { madeReport, processOf } from "../policy/made-report.ts";

const lockdown = { sudo: "disabled", containers: "allowed", reasons: [] } as const;

test.each([
  { executable: "/usr/bin/setpriv", held: "disabled" },
  { executable: "/usr/local/bin/gosu", held: "disabled" },
  { executable: "/usr/bin/make", held: "not-held" },
  // By that name alone it gives up nothing.
  { executable: "/work/app/sudo", held: "not-held" },
  { executable: "/tmp/bin/setpriv", held: "not-held" },
])("$executable as root leaves sudo $held", ({ executable, held }) => {
  const processes = [processOf(executable, { userId: 0, executed: true })];

  expect(
    judgeByReport(madeReport({ lockdown: { ...lockdown, reasons: [] }, processes })),
  ).toMatchObject({
    sudo: held,
  });
});
