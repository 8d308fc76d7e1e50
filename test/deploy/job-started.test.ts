import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { requires } from "../support/requires.ts";

const HOOK = join(import.meta.dirname, "../../deploy/hooks/job-started.sh");
/** In seconds. It waits for longer than the short one; `timeout` says so by 124. */
const [SHORT, LONG] = ["2", "25"];
const WAITS = 124;
/** $1 is what the guard says of itself, with OWN for this process, from which the hook comes. */
const JOB = `
mount -t tmpfs tmpfs /run && mkdir /run/runner-guard /run/runner-guard-wanted || exit 3
[ -z "$3" ] || mkdir "/run/runner-guard-wanted/$3"
if [ -n "$1" ]; then printf %s "$1" | sed "s/OWN/$$/" >/run/runner-guard/ready; fi
timeout "$2" sh "$0" >/dev/null
status=$?
ls /run/runner-guard-wanted
exit $status
`;
const { mounts } = requires;
const LIVING = process.pid;
const NOBODY = 2 ** 22 + 1;

describe.skipIf(!mounts.available)(`the hook before a job${mounts.note}`, () => {
  test.each([
    { what: "of the machine", ready: `{"pid":${LIVING},"runId":"x"}` },
    { what: "of this job", ready: `{"pid":${LIVING},"runId":"x","until":OWN}\n` },
  ])("goes on where a guard $what is in force, and asks for none", async ({ ready }) => {
    expect(await start(ready, LONG)).toEqual({ status: 0, asked: "" });
  });

  test.concurrent.each([
    { what: "there is none", ready: "" },
    { what: "it was killed", ready: `{"pid":${NOBODY},"runId":"x"}` },
    {
      what: "it is that of another job",
      ready: `{"pid":${LIVING},"runId":"x","until":${LIVING + 1}}`,
    },
    { what: "it is that of a job that has ended", ready: `{"pid":${LIVING},"until":${NOBODY}}` },
    { what: "it says nothing that is understood", ready: `{"runId":"x","pid":${LIVING}}` },
  ])("asks for a guard and waits where $what", async ({ ready }) => {
    expect(await start(ready, SHORT)).toEqual({ status: WAITS, asked: "start\n" });
  });

  test.concurrent("waits too where a job has put something else in the place of what asks", async () => {
    expect(await start("", SHORT, "start")).toEqual({ status: WAITS, asked: "start\n" });
  });
});

async function start(ready: string, patience: string, folder = "") {
  const args = ["--mount", "--", "sh", "-c", JOB, HOOK, ready, patience, folder];
  const child = spawn("unshare", args, { stdio: ["ignore", "pipe", "inherit"] });
  let asked = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (asked += text));
  const [status] = await once(child, "close");
  return { status: Number(status), asked };
}
