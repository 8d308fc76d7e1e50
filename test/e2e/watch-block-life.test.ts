/** The life of a block that is on a whole pod: its end, its guard's death, the next guard, and becoming stricter. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { ATTACKER } from "../support/internet/addresses.ts";
import { createInternet, type Internet, type Machine } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { GUARD } from "./guard.ts";
import { shell, watchInVain, watchPod } from "./watched-pod.ts";

const { internet: needed } = requires;
const ALLOWED = { ipv4: "198.51.100.10", ipv6: "2001:db8:1::10" } as const;
const EGRESS = { allow: ["github.test:80"] };

describe.skipIf(!needed.available)(`the block on a pod${needed.note}`, () => {
  let internet: Internet;
  beforeAll(async () => {
    internet = await createInternet({ capture: false });
    await internet.site("github.test", { ...ALLOWED, ports: { 80: "http", 443: "https" } });
    await internet.site("evil.test", { ipv4: "198.51.100.66", ports: { 80: "http" } });
  });
  afterAll(() => internet[Symbol.asyncDispose]());

  let pod: Machine;
  beforeEach(async () => {
    pod = await internet.pod({ ownProcesses: true });
    return () => pod[Symbol.asyncDispose]();
  });

  test("stays when its guard is killed, and the next guard takes it over", async () => {
    const first = await watchPod(pod, { egress: EGRESS });
    const { signal } = await first.kill();
    expect(signal ?? "SIGKILL").toBe("SIGKILL");
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await reach(pod, "github.test")).toBe("refused");

    const second = await watchPod(pod, { egress: EGRESS });
    expect(second.ready.runId).not.toBe(first.ready.runId);
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await second.stop()).toMatchObject({ status: 0 });
    expect(await reach(pod, ATTACKER.ipv4)).toBe("reached");
    expect(await listTables(pod)).toBe("");
  });

  test("is taken over by a guard that numbers processes another way", async () => {
    const first = await watchPod(pod, { egress: EGRESS });
    await first.kill();

    const second = await watchPod(pod, { egress: EGRESS, hasOwnNumbers: true });
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await second.stop()).toMatchObject({ status: 0 });
    expect(await listTables(pod)).toBe("");
  });

  test.each([
    { how: "in audit mode", egress: { ...EGRESS, mode: "audit", deny: ["evil.test"] } },
    { how: "that is to end with its guard", egress: { ...EGRESS, "on-guard-death": "open" } },
  ])("$how goes when its guard is killed", async ({ egress }) => {
    const guard = await watchPod(pod, { egress });
    expect(await reach(pod, "evil.test")).toBe("refused");
    await guard.kill();

    await expect.poll(() => listTables(pod)).toBe("");
    expect(await reach(pod, "evil.test")).toBe("reached");
  });

  test("is one guard's: another one is told whose", async () => {
    const guard = await watchPod(pod, { egress: EGRESS });
    const second = await watchInVain(pod, { egress: EGRESS });

    expect(second.status).toBe(69);
    expect(second.stderr).toContain(`process ${guard.ready.pid} guards all of this network`);
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("is one guard's, whose number cannot be known", async () => {
    const guard = await watchPod(pod, { egress: EGRESS });
    const second = await watchInVain(pod, { egress: EGRESS, hasOwnNumbers: true });

    expect(second.status).toBe(69);
    expect(second.stderr).toContain("of another pid namespace guards all of this network");
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("goes on while a report is written, and tells new things in the next", async () => {
    const guard = await watchPod(pod, { egress: EGRESS });
    expect(await guard.ask("finish")).toMatchObject({ status: 0, stderr: "" });
    const first = guard.report();
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await guard.ask("finish")).toMatchObject({ status: 0, stderr: "" });
    const second = guard.report();

    expect(toBlocked(first)).toEqual([]);
    expect(toBlocked(second)).toEqual([`${ATTACKER.ipv4}:80`]);
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("denies more from the moment that tighten returns, and never less", async () => {
    const guard = await watchPod(pod, { egress: { allow: ["github.test:*", "198.51.100.66:80"] } });
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await reach(pod, "198.51.100.66")).toBe("reached");
    for (const host of ["github.test", "198.51.100.66"]) {
      expect(await guard.ask("tighten", "--deny", host)).toMatchObject({ status: 0, stderr: "" });
    }

    expect(await reach(pod, "github.test")).toBe("refused");
    expect(await reach(pod, ALLOWED.ipv4)).toBe("refused");
    expect(await reach(pod, "198.51.100.66")).toBe("refused");
    expect(await guard.ask("tighten", "--mode", "audit")).toMatchObject({ status: 2 });
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("begins when an auditing guard is told to block", async () => {
    const guard = await watchPod(pod, { egress: { ...EGRESS, mode: "audit" } });
    expect(await reach(pod, ATTACKER.ipv4)).toBe("reached");
    expect(await guard.ask("tighten", "--mode", "block")).toMatchObject({ status: 0, stderr: "" });

    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    expect(guard.report().mode).toMatchObject({ effective: "block" });
    // What is to become of the block when the guard dies has changed with it.
    await guard.kill();
    expect(await reach(pod, ATTACKER.ipv4)).toBe("refused");
  });

  test("holds a command that is guarded within the pod to both policies", async () => {
    const guard = await watchPod(pod, { egress: { allow: ["github.test:80", "github.test:443"] } });
    const inner = await shell(
      pod,
      `echo '{"version":1,"egress":{"mode":"block","allow":["github.test:443","evil.test:80"]}}' > inner.yml
       ${GUARD} run --quiet --policy inner.yml -- sh -c '
         curl -sS --cacert ${pod.caFile} https://github.test/both
         curl -s http://github.test/ || echo inner; curl -s http://evil.test/ || echo outer'`,
    );

    expect(inner).toMatchObject({ status: 0, stdout: "github.test GET /both\ninner\nouter\n" });
    expect(await reach(pod, "github.test")).toBe("reached");
    expect(await guard.stop()).toMatchObject({ status: 0 });
    expect(await listTables(pod)).toBe("");
  });

  test("under GitHub Actions leaves the runner its way", async () => {
    await internet.site("pipelines.actions.githubusercontent.com", {
      ipv4: "198.51.100.77",
      ports: { 443: "https" },
    });
    const guard = await watchPod(pod, { egress: EGRESS, env: { GITHUB_ACTIONS: "true" } });
    const { stdout } = await shell(
      pod,
      `curl -sS --cacert ${pod.caFile} https://pipelines.actions.githubusercontent.com/job`,
    );
    expect(stdout).toBe("pipelines.actions.githubusercontent.com GET /job\n");
    expect(await reach(pod, "evil.test")).toBe("refused");
    expect(await guard.stop()).toMatchObject({ status: 0 });
    const { enforcement } = guard.report();
    expect(enforcement?.builtIn).toMatchObject([{ id: "github-actions-required" }]);
  });
});

async function reach(pod: Machine, host: string): Promise<"reached" | "refused"> {
  const { status } = await shell(pod, `curl -s -m 4 -o /dev/null http://${host}/`);
  return status === 0 ? "reached" : "refused";
}

async function listTables(pod: Machine): Promise<string> {
  return (await shell(pod, "nft list tables")).stdout;
}

function toBlocked({
  connections,
}: {
  readonly connections: readonly {
    readonly verdict: string;
    readonly destination: { readonly ip?: string | undefined; readonly port?: number | undefined };
  }[];
}): string[] {
  return connections
    .filter(({ verdict }) => verdict === "blocked")
    .map(({ destination: { ip, port } }) => `${ip}:${port}`);
}
