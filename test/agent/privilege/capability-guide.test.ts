import { describe, expect, test } from "vitest";

import {
  adviseOnCapabilities,
  howToGet,
  howToGetHere,
} from "../../../agent/privilege/capability-guide.ts";
import { factsWith, POD_NAMESPACES } from "./facts-with.ts";

test("each capability that the guard can use is listed, with what it adds", () => {
  const advice = adviseOnCapabilities(factsWith({ capabilities: ["BPF", "KILL"] }));

  expect(advice.map(({ name, present }) => [name, present])).toEqual([
    ["BPF", true],
    ["PERFMON", false],
    ["NET_ADMIN", false],
    ["SYS_PTRACE", false],
    ["DAC_READ_SEARCH", false],
    ["KILL", true],
    ["NET_BIND_SERVICE", false],
    ["SYS_RESOURCE", false],
  ]);
  expect(advice.every(({ adds, howToGet: how }) => adds !== "" && how !== "")).toBe(true);
});

test.each([
  ["SYS_RESOURCE", { version: { major: 5, minor: 10 } }, true],
  ["SYS_RESOURCE", { version: { major: 5, minor: 11 } }, false],
  ["NET_BIND_SERVICE", { unprivilegedPortStart: 54 }, true],
  ["NET_BIND_SERVICE", { unprivilegedPortStart: 53 }, false],
  ["NET_BIND_SERVICE", { unprivilegedPortStart: null }, true],
])("%s with %j is useful: %s", (name, kernel, expected) => {
  const advice = adviseOnCapabilities(factsWith({ kernel }));

  expect(advice.find((entry) => entry.name === name)?.useful).toBe(expected);
});

test("outside the bounding set only whoever starts the container can give it", () => {
  const how = howToGet(["BPF", "PERFMON"], factsWith({ capabilities: [], bounding: ["KILL"] }));

  expect(how).toContain("capabilities: {drop: [ALL], add: [BPF, PERFMON]}");
  expect(how).toContain("--cap-add BPF --cap-add PERFMON");
  expect(how).not.toContain("Linux:");
});

test("an ordinary user of a machine is told of sudo, ambient capabilities and systemd", () => {
  const facts = factsWith({ capabilities: [], bounding: ["BPF"], process: { userId: 1000 } });

  expect(howToGet(["BPF"], facts)).toContain(
    "Linux: sudo, or root's setpriv --inh-caps +bpf --ambient-caps +bpf, or AmbientCapabilities=CAP_BPF",
  );
});

test("a pod's user that holds none of what its container was given is told of file capabilities", () => {
  const facts = factsWith({
    namespaces: POD_NAMESPACES,
    capabilities: [],
    bounding: ["BPF", "PERFMON"],
    process: { userId: 1000 },
  });

  expect(howToGet(["BPF", "PERFMON"], facts)).toContain("setcap cap_bpf,cap_perfmon+ep on node");
});

test("where new privileges are not allowed, sudo is not proposed", () => {
  const facts = factsWith({
    capabilities: [],
    bounding: ["BPF"],
    process: { noNewPrivileges: true },
  });

  expect(howToGet(["BPF"], facts)).not.toContain("sudo,");
  expect(howToGet(["BPF"], facts)).toContain("no_new_privs");
});

describe("the way that fits here", () => {
  const lacking = { capabilities: [], process: { userId: 1000 } };

  test("on a machine is the one for its root", () => {
    const how = howToGetHere(["BPF"], factsWith({ ...lacking, bounding: ["BPF"] }));

    expect(how).toMatch(/^Linux: sudo/);
    expect(how).not.toContain("Docker");
  });

  test.each([[["BPF"]], [[]]])(
    "in a container with %j within reach is the container's",
    (bounding) => {
      const facts = factsWith({ ...lacking, bounding, namespaces: POD_NAMESPACES });

      expect(howToGetHere(["BPF"], facts)).toMatch(
        /^Kubernetes: .*; Docker: --user 0 --cap-add BPF$/,
      );
    },
  );
});
