import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import type { SensorStatus } from "../../../../protocol/index.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { findCgroupRoot, ofKind } from "./support/observe-command.ts";
import { listenTcp } from "./support/servers.ts";

const { bpf } = requires;
const NOBODY = "65534";
const entry = fileURLToPath(new URL("support/observe-as-child.ts", import.meta.url));

const CGROUP_PROGRAMS = [
  "on_connect4",
  "on_connect6",
  "on_sendmsg4",
  "on_sendmsg6",
  "on_socket_create",
  "on_socket_release",
];

interface Outcome {
  readonly unavailable?: string;
  readonly status?: SensorStatus;
  readonly observations: readonly Observation[];
}

interface Privileges {
  readonly capabilities: readonly string[];
  readonly cgroupRoot?: string | null;
}

/** Observes a command as an ordinary user who was given these capabilities, and no more. */
async function observeWith(
  { capabilities, cgroupRoot = findCgroupRoot() }: Privileges,
  command: readonly string[],
): Promise<Outcome> {
  const list = ["-all", ...capabilities.map((name) => `+${name}`)].join(",");
  const user = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
  const granted = ["--inh-caps", list, "--ambient-caps", list];
  const program = [process.execPath, entry, cgroupRoot ?? "", ...command];
  const { stdout } = await promisify(execFile)("setpriv", [...user, ...granted, "--", ...program]);
  const outcome: Outcome = JSON.parse(stdout);
  return outcome;
}

describe.skipIf(!bpf.available)(`a sensor with lesser privileges${bpf.note}`, () => {
  test("with BPF, PERFMON and NET_ADMIN sees everything, as an ordinary user", async () => {
    const capabilities = ["bpf", "perfmon", "net_admin"];
    const { status, observations } = await observeWith({ capabilities }, ["/bin/true"]);
    expect(status).toMatchObject({ status: "active" });
    expect(observations.map(({ kind }) => kind)).toEqual(["fork", "exec", "exit"]);
  });

  test("without NET_ADMIN leaves out the cgroup programs by name, and still sees TCP", async () => {
    await using server = await listenTcp("127.0.0.1");
    const connect = [buildProgram("connect-tcp"), "127.0.0.1", String(server.port)];
    const outcome = await observeWith({ capabilities: ["bpf", "perfmon"] }, connect);
    expect(outcome.status?.status).toBe("degraded");
    for (const name of CGROUP_PROGRAMS) {
      expect(outcome.status?.reason).toMatch(new RegExp(`not seen \\(${name}: \\w+\\)`, "u"));
    }
    expect(outcome.status?.reason).not.toMatch(/on_(?:fork|exec|exit|system_call|tcp_state)\b/u);
    expect(ofKind(outcome, "exec")).toMatchObject([{ executable: connect[0], userId: 65_534 }]);
    expect(ofKind(outcome, "connect")).toMatchObject([
      { address: { transport: "tcp", family: "ipv4", ip: "127.0.0.1", port: server.port } },
    ]);
    expect(ofKind(outcome, "flow")[0]).toMatchObject({ result: "established" });
  });

  test("without a cgroup v2 tree does the same, and says why", async () => {
    const capabilities = ["bpf", "perfmon", "net_admin"];
    const outcome = await observeWith({ capabilities, cgroupRoot: null }, ["/bin/true"]);
    expect(outcome.status?.reason).toContain("on_connect4: no cgroup v2 tree is mounted");
    expect(ofKind(outcome, "exec")).toHaveLength(1);
  });

  test.for([{ capabilities: [] }, { capabilities: ["bpf"] }, { capabilities: ["perfmon"] }])(
    "with only $capabilities is not to be had, for a reason",
    async ({ capabilities }) => {
      const outcome = await observeWith({ capabilities }, ["/bin/true"]);
      expect(outcome.unavailable).toMatch(/\b(?:EPERM|EACCES)\b/u);
    },
  );
});
