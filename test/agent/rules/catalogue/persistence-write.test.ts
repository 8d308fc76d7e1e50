import { expect, test } from "vitest";

import { persistenceWrite } from "../../../../agent/rules/catalogue/persistence-write.ts";
import { judgeRun } from "../support/judged-run.ts";

test.each([
  ["/usr/sbin/useradd", "/etc/passwd", 0],
  ["/usr/sbin/useradd", "/home/tester/.bashrc", 0],
  ["/usr/sbin/useradd", "/etc/systemd/system/cron.service.d/x.conf", 1],
  ["/usr/sbin/useradd", "/etc/sudoers.d/tester", 1],
  ["/usr/sbin/useradd", "/home/tester/.ssh/authorized_keys", 1],
  ["/work/app/useradd", "/etc/passwd", 1],
])("%s that writes %s is flagged %i times", (executable, path, times) => {
  const { exec, file, findings } = judgeRun(persistenceWrite);
  file(exec(executable, { parent: exec("/usr/bin/bash") }), { operation: "create", path });

  expect(findings).toHaveLength(times);
});

test.each([
  ["/usr/bin/cp", 1],
  ["/usr/bin/dpkg", 0],
])("an account tool that %s brought in this run is flagged %i times", (installer, times) => {
  const { exec, file, findings } = judgeRun(persistenceWrite);
  const parent = exec("/usr/bin/bash");
  file(exec(installer, { parent }), { operation: "create", path: "/usr/sbin/luseradd" });
  const tool = exec("/usr/sbin/luseradd", { parent });
  // That it is gone by then changes nothing.
  file(exec("/usr/bin/rm", { parent }), { operation: "delete", path: "/usr/sbin/luseradd" });
  file(tool, { operation: "create", path: "/etc/passwd" });

  expect(findings).toHaveLength(times);
});
