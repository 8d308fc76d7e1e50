import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { heartbeat } from "../support/guard-client.ts";
import { inAnotherProcess, ResponseFleet, shell } from "./support/response-fleet.ts";

test("a collector that is killed while its cluster hangs ends the pod when it is there again, and nobody speaks for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "collector-"));
  try {
    const launch = inAnotherProcess(folder);
    await using fleet = await ResponseFleet.start(join(folder, "data"), launch);
    await fleet.arm();
    const guarded = await fleet.createGuardedPod();
    const spared = await fleet.createGuardedPod();
    fleet.way.hold();
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    await fleet.awaitResponse(guarded, "acting");
    // By SIGKILL.
    await fleet.stop();
    fleet.way.open();
    await fleet.startAgain();
    await fleet.awaitResponse(guarded, "done");
    const goOn = { firstSeq: 2, lines: [heartbeat(2)] };

    expect(await fleet.listResponses()).toHaveLength(1);
    expect((await fleet.cluster.readPod(guarded.pod)).status).toBe(404);
    expect((await guarded.guard.resumeAt(fleet.url).send(goOn)).status).toBe(401);
    expect((await fleet.begin(guarded.podToken)).status).toBe(401);
    const others = spared.guard.resumeAt(fleet.url);
    expect((await others.send({ firstSeq: 1, lines: [heartbeat(1)] })).status).toBe(200);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
