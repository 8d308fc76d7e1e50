/** Jobs on a machine whose disks are full or cannot be written to, before the guard begins and while it runs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet, type Internet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { buildAction, type BuiltAction, createRunnerMachine } from "./support/runner-machine.ts";

const { internet, bpf, clang, sudo } = requires;
const missing = [internet, bpf, clang, sudo].filter(({ available }) => !available);
/** Of the machine's own: no disk outside is filled. */
const SMALL = (place: string): string => `mount -t tmpfs -o size=64k none ${place}`;
const FULL = (place: string): string =>
  `${SMALL(place)}; cat /dev/zero > ${place}/filler 2> /dev/null || true`;
const READ_ONLY = (place: string): string => `mount -t tmpfs -o ro none ${place}`;

describe.skipIf(missing.length > 0)(`the action${missing[0]?.note ?? ""}`, () => {
  let action: BuiltAction;
  let world: Internet;
  beforeAll(async () => {
    action = buildAction();
    world = await createInternet({ capture: false });
    await world.site("github.test", { ipv4: "198.51.100.30", ports: { 80: "http" } });
  });
  afterAll(async () => {
    action?.[Symbol.dispose]();
    await world?.[Symbol.asyncDispose]();
  });

  test.each([
    ["full", SMALL],
    ["read-only", READ_ONLY],
  ])("has its copy below /run where /var/lib is %s", async (_, prepare) => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    await runner.shell(prepare("/var/lib"));
    const [pre, main, , post] = await runner.job([
      action.uses("guard", { "egress-policy": "block" }),
      { id: "work", run: "true" },
    ]);

    expect([pre?.status, post?.status]).toEqual([0, 0]);
    expect(main?.outputs).toMatchObject({ "effective-mode": "block", "degraded-reasons": "" });
    expect(await runner.shell("ls /run/runner-guard-action/program | wc -l")).toBe("1\n");
  });

  test.each([
    ["full", FULL, /ENOSPC/],
    ["read-only", READ_ONLY, /EROFS/],
  ])(
    "says where root's places are %s, and fails where that was asked for",
    async (_, prepare, says) => {
      await using machine = await world.host({ ownProcesses: true });
      await using runner = await createRunnerMachine(machine);
      await runner.shell(`${prepare("/var/lib")}; ${prepare("/run")}`);
      const phases = await runner.job([
        action.uses("guard", { "egress-policy": "block", secrets: "s3cret-of-the-job" }),
        { id: "work", run: "true" },
      ]);
      const [pre, main, , post] = phases;
      const why = "root has no place for it (/var/lib/runner-guard-action: ";

      expect(phases.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
      expect(pre?.stdout).toContain(why);
      expect(pre?.stdout).toMatch(says);
      expect(main?.outputs["degraded-reasons"]).toContain(why);
      expect(post?.summary).toContain("root has no place for it");

      await runner.shell(`rm -r ${runner.userPlaces}`);
      const [strict] = await runner.job([action.uses("guard", { "fail-on": "degraded" })], {
        environment: { GITHUB_RUN_ATTEMPT: "2" },
      });
      expect(strict?.status).toBe(1);
    },
  );

  test("goes on where the disk fills up under it, and says that there is no report", async () => {
    await using machine = await world.host({ ownProcesses: true });
    await using runner = await createRunnerMachine(machine);
    await runner.shell("mount -o remount,size=16m /run");
    const [, main, work, post] = await runner.job([
      action.uses("guard", { "egress-policy": "block", "fail-on": "degraded" }),
      {
        id: "work",
        run: `sudo -n head -c 32m /dev/zero 2> /dev/null | sudo -n tee /run/filler > /dev/null 2>&1
          curl -sS -m 5 http://github.test/ 2>&1; true`,
      },
    ]);

    expect(main?.outputs["effective-mode"]).toBe("block");
    expect(work?.stdout).toMatch(/^curl: /);
    expect(post?.status).toBe(1);
    expect(post?.summary).toContain("ENOSPC");
  });
});
