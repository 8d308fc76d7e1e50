/** A guard of a pod in block mode that allows nothing: its own way to the collector, which the job does not have. */
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createInternet, type Internet } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { waitFor } from "./wait-for.ts";
import { shell, watchPod } from "./watched-pod.ts";

const { internet: needed } = requires;
const COLLECTOR = resolve(import.meta.dirname, "../../bin/runner-guard-collector");
const TOKEN = randomBytes(24).toString("hex");
const ENV = { RUNNER_GUARD_COLLECTOR_TOKEN: TOKEN };

describe.skipIf(!needed.available)(`a pod in block mode with a collector${needed.note}`, () => {
  let internet: Internet;
  beforeAll(async () => {
    internet = await createInternet();
    await internet.site("collector.test", {
      ipv4: "198.51.100.20",
      ipv6: "2001:db8:1::20",
      ports: { 443: "https" },
    });
  });
  afterAll(() => internet[Symbol.asyncDispose]());

  test.each([
    { how: "packets", flags: [], egress: {} },
    {
      how: "server names too",
      flags: [],
      egress: { sni: "verify", dns: "allowed-names" },
    },
  ])("the guard alone gets there by its name, where $how are judged", async ({ flags, egress }) => {
    await using pod = await internet.pod({ ownProcesses: true });
    await internet.forget();
    const to = ["--collector", "https://collector.test", "--collector-ca", pod.caFile];
    const guard = await watchPod(pod, { egress, flags: [...to, ...flags], env: ENV });
    await waitFor("the guard's request", async () => {
      const visits = await internet.visits({ server: "collector.test" });
      return visits.length > 0;
    });
    await internet.forget();
    const { stdout } = await shell(
      pod,
      `curl -sS -m 5 --cacert ${pod.caFile} https://collector.test/job; echo $?
       curl -sS -m 5 -k https://198.51.100.20/job; echo $?`,
    );
    await guard.stop();
    const visits = await internet.visits({ server: "collector.test" });
    const { connections, dnsQueries, findings } = guard.report();
    const allowed = [...connections, ...dnsQueries].filter(({ verdict }) => verdict === "allowed");

    expect(stdout.trim().split("\n")).toEqual([
      expect.stringMatching(/^[67]$/),
      expect.stringMatching(/^7$/),
    ]);
    expect(JSON.stringify(visits)).not.toContain("/job");
    // Nothing of the guard's own is told as the job's.
    expect(JSON.stringify(allowed)).not.toContain("collector.test");
    expect(findings.map(({ rule }) => rule.id)).not.toContain("guard-tamper");
  });

  test("all of its events arrive, and the spool is empty in the end", async () => {
    await using server = await internet.host();
    await using pod = await internet.pod({ ownProcesses: true });
    const collector = server.start(
      [COLLECTOR, "serve", "--listen", "0.0.0.0:8787", "--data-dir", join(server.folder, "data")],
      { env: { RUNNER_GUARD_AGENT_TOKEN: TOKEN } },
    );
    let said = "";
    collector.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await waitFor("the collector", () => said.includes("ready: "));
    const guard = await watchPod(pod, {
      flags: ["--collector", `http://${server.ipv4}:8787`, "--collector-plain-http"],
      env: ENV,
    });
    await shell(pod, "curl -s -m 5 http://198.51.100.20/; true");
    await guard.stop();
    const { collector: delivery } = guard.report();

    expect(delivery).toMatchObject({ effective: "delivered", spool: "disk", waiting: 0 });
    expect(delivery?.stored).toBe(delivery?.told);
    expect((await shell(pod, "ls watch-*/state/spool 2>/dev/null | wc -l")).stdout.trim()).toBe(
      "0",
    );
  });
});
