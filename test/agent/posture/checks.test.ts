import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readPosture } from "../../../agent/posture/posture.ts";
import { createHardenedPod, type MadeMachine, MOUNTS, ROUTES, statusOf } from "./hardened-pod.ts";

/** Only what a name is made of is in it: a sentence that quotes a value would hold this. */
const SECRET = ["hunter", "2", "hunter", "2"].join("");

interface Spoiling {
  readonly what: string;
  readonly spoil: (machine: MadeMachine) => void;
  readonly fails: readonly string[];
  readonly says: RegExp;
}

const SPOILINGS: readonly Spoiling[] = [
  {
    what: "all capabilities and a writable /sys",
    spoil: ({ put }) => {
      put("proc/self/status", statusOf({ effective: "000001ffffffffff" }));
      put("proc/self/mountinfo", MOUNTS.join("\n").replace("/sys ro,nosuid", "/sys rw,nosuid"));
    },
    fails: ["privileged-container", "strong-capabilities"],
    says: /privileged: it has the capabilities .*, \/sys is writable/,
  },
  {
    what: "one capability",
    spoil: ({ put }) => put("proc/self/status", statusOf({ effective: "0000000000200000" })),
    fails: ["strong-capabilities"],
    says: /has CAP_SYS_ADMIN$/,
  },
  {
    what: "a disk that can be written to",
    spoil: ({ put }) => put("dev/nvme0n1p1", "", 0o666),
    fails: ["host-devices"],
    says: /can write to \/dev\/nvme0n1p1/,
  },
  {
    what: "a directory of the machine",
    spoil: ({ put }) =>
      put(
        "proc/self/mountinfo",
        [...MOUNTS, "906 900 254:1 /srv/cache /cache rw - ext4 /dev/vda1 rw"].join("\n"),
      ),
    fails: ["host-paths"],
    says: /mounted at \/cache$/,
  },
  {
    what: "the whole of the machine's disk",
    spoil: ({ put }) =>
      put(
        "proc/self/mountinfo",
        [...MOUNTS, String.raw`906 900 254:1 / /the\040host rw - ext4 /dev/vda1 rw`].join("\n"),
      ),
    fails: ["host-paths"],
    says: /mounted at \/the host$/,
  },
  {
    what: "a mounted socket of an engine",
    spoil: ({ put }) =>
      put(
        "proc/self/mountinfo",
        [...MOUNTS, "906 900 0:25 /docker.sock /var/run/docker.sock rw - tmpfs tmpfs rw"].join(
          "\n",
        ),
      ),
    fails: ["host-paths"],
    says: /docker\.sock/,
  },
  {
    what: "the machine's pid namespace",
    spoil: ({ link }) => link("proc/self/ns/pid", "pid:[4026531836]"),
    fails: ["host-namespaces"],
    says: /own namespaces: pid$/,
  },
  {
    what: "the machine's network",
    spoil: ({ put }) => put("proc/sys/net/core/netdev_max_backlog", "1000\n"),
    fails: ["host-namespaces"],
    says: /own namespaces: network$/,
  },
  {
    what: "root",
    spoil: ({ put }) => put("proc/self/status", statusOf({ uid: 0 })),
    fails: ["run-as-root"],
    says: /runs as root/,
  },
  {
    what: "sudo without a password, in a file of its own",
    spoil: ({ put }) => {
      put("usr/bin/sudo", "", 0o755);
      put("etc/sudoers", "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n");
      put("etc/sudoers.d/90-runner", "runner ALL=(ALL) NOPASSWD:ALL\n");
    },
    fails: ["sudo-without-password"],
    says: /\/etc\/sudoers\.d\/90-runner lets this user/,
  },
  {
    what: "sudo that never asks",
    spoil: ({ put }) => {
      put("usr/bin/sudo", "", 0o755);
      put("etc/sudoers", "Defaults:runner !authenticate\nrunner ALL=(ALL) ALL\n");
    },
    fails: ["sudo-without-password"],
    says: /\/etc\/sudoers lets this user/,
  },
  {
    what: "the group docker",
    spoil: ({ put }) => put("proc/self/status", statusOf({ groups: "1001 123" })),
    fails: ["engine-group"],
    says: /is in docker$/,
  },
  {
    what: "programs that gain privileges",
    spoil: ({ put }) => put("proc/self/status", statusOf({ noNewPrivileges: 0 })),
    fails: ["no-new-privileges"],
    says: /set-user-ID/,
  },
  {
    what: "no seccomp",
    spoil: ({ put }) => put("proc/self/status", statusOf({ seccomp: 0 })),
    fails: ["seccomp"],
    says: /no seccomp filter/,
  },
  {
    what: "no profile",
    spoil: ({ put }) => put("proc/self/attr/current", "unconfined\n"),
    fails: ["confinement"],
    says: /neither AppArmor nor SELinux/,
  },
  {
    what: "a writable root",
    spoil: ({ put }) => put("proc/self/mountinfo", MOUNTS.join("\n").replace("/ / ro", "/ / rw")),
    fails: ["writable-root"],
    says: /is writable/,
  },
  {
    what: "a ServiceAccount token, of which only the owner is told",
    spoil: ({ put }) =>
      put(
        "var/run/secrets/kubernetes.io/serviceaccount/token",
        tokenOf({ sub: "system:serviceaccount:ci:builder", jti: SECRET }),
      ),
    fails: ["service-account-token"],
    says: /token of system:serviceaccount:ci:builder in \/var\/run\/\S+, which never expires$/,
  },
  {
    what: "a token that expires, and is none",
    spoil: ({ put }) => put("run/secrets/kubernetes.io/serviceaccount/token", SECRET),
    fails: ["service-account-token"],
    says: /can read the token in \/run\/secrets\/kubernetes\.io\/serviceaccount$/,
  },
  {
    what: "a runner that stays",
    spoil: ({ put }) => put("home/runner/.runner", '{ "agentName": "vm", "ephemeral": false }'),
    fails: ["persistent-runner"],
    says: /in \/home\/runner stays/,
  },
  {
    what: "the checkout of another repository",
    spoil: ({ put }) => put("home/runner/_work/other/other/README.md", ""),
    fails: ["earlier-jobs"],
    says: /still has \/home\/runner\/_work\/other$/,
  },
  {
    what: "the log of another job",
    spoil: ({ put }) => put("home/runner/_diag/Worker_20251231-000000-utc.log", ""),
    fails: ["earlier-jobs"],
    says: /logs of 2 jobs/,
  },
  {
    what: "an old runner",
    spoil: ({ put }) =>
      put("home/runner/bin/Runner.Listener.deps.json", '{ "Runner.Listener/2.99.10": {} }'),
    fails: ["runner-version"],
    says: /is version 2\.99\.10, older than/,
  },
  {
    what: "directories of PATH that are relative, or in the checkout",
    spoil: ({ places, setVariable }) => {
      mkdirSync(join(places.root, "opt/tools"), { recursive: true });
      setVariable("PATH", "/usr/bin:/opt/tools:bin:/home/runner/_work/app/app/node_modules/.bin:");
    },
    fails: ["loose-path"],
    says: /has bin \(relative\), \/home\S+ \(in the checkout\), \(empty\) \(relative\)$/,
  },
  {
    what: "no limit of memory",
    spoil: ({ put }) => put("sys/fs/cgroup/kubepods/pod1/memory.max", "max\n"),
    fails: ["no-limits"],
    says: /job's memory$/,
  },
  {
    what: "an engine far away",
    spoil: ({ setVariable }) => {
      setVariable("ACTIONS_RUNNER_CONTAINER_HOOKS", "");
      setVariable("DOCKER_HOST", `tcp://user:${SECRET}@localhost:2375`);
    },
    fails: ["container-mode"],
    says: /DOCKER_HOST leads/,
  },
  {
    what: "a rootless engine",
    spoil: ({ setVariable, put }) => {
      setVariable("ACTIONS_RUNNER_CONTAINER_HOOKS", "");
      put("run/docker.pid", "77\n");
      put("proc/77/comm", "dockerd\n");
      put("proc/77/uid_map", "         0       1000          1\n");
    },
    fails: [],
    says: /engine is rootless/,
  },
  {
    what: "a rootful engine",
    spoil: ({ setVariable, put }) => {
      setVariable("ACTIONS_RUNNER_CONTAINER_HOOKS", "");
      put("run/docker.pid", "77\n");
      put("proc/77/comm", "dockerd\n");
      put("proc/77/uid_map", "         0          0 4294967295\n");
    },
    fails: process.geteuid?.() === 0 ? ["container-mode"] : [],
    says: process.geteuid?.() === 0 ? /rootful Docker/ : /engine is rootless/,
  },
  {
    what: "processes that may read each other",
    spoil: ({ put }) => put("proc/sys/kernel/yama/ptrace_scope", "0\n"),
    fails: ["ptrace-scope"],
    says: /ptrace_scope is 0/,
  },
  {
    what: "user namespaces",
    spoil: ({ put }) => put("proc/sys/user/max_user_namespaces", "15000\n"),
    fails: ["user-namespaces"],
    says: /every user can make/,
  },
  {
    what: "no lockdown",
    spoil: ({ put }) => put("sys/kernel/security/lockdown", "[none] integrity confidentiality\n"),
    fails: ["kernel-lockdown"],
    says: /change the running kernel/,
  },
  ...[
    ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
    ["GIT_SSL_NO_VERIFY", "true"],
    ["PYTHONHTTPSVERIFY", "0"],
    ["npm_config_strict_ssl", "false"],
    ["PIP_TRUSTED_HOST", SECRET],
  ].map(([name = "", value = ""]) => ({
    what: `the variable ${name}`,
    spoil: ({ setVariable }: MadeMachine) => setVariable(name, value),
    fails: ["tls-checks-off"],
    says: new RegExp(`by ${name}$`),
  })),
  ...[
    ["home/runner/.gitconfig", "[http]\n\tsslVerify = false\n"],
    ["home/runner/.npmrc", `//registry.invalid/:_authToken=${SECRET}\nstrict-ssl=false\n`],
    ["home/runner/.curlrc", `user = ci:${SECRET}\ninsecure\n`],
    ["home/runner/.config/pip/pip.conf", "[global]\ntrusted-host = pypi.invalid\n"],
    ["home/runner/_work/app/app/.npmrc", "strict-ssl = false\n"],
    ["etc/gitconfig", '[http "https://git.invalid"]\n  sslverify = 0\n'],
  ].map(([path = "", text = ""]) => ({
    what: `a setting in ${path}`,
    spoil: ({ put }: MadeMachine) => put(path, text),
    fails: ["tls-checks-off"],
    says: new RegExp(`by /${path.replaceAll(".", String.raw`\.`)}$`),
  })),
];

describe("posture", () => {
  test("of a hardened pod: nothing fails, and all is known", () => {
    using machine = createHardenedPod();
    const { score, checks } = readPosture(machine.places);

    expect(checks.filter(({ status }) => status !== "passed")).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(25);
    expect(score).toBe(100);
  });

  test.each(SPOILINGS)("finds $what, and nothing else", ({ spoil, fails, says }) => {
    using machine = createHardenedPod();
    spoil(machine);
    const { checks } = readPosture(machine.places);
    const failed = checks.filter(({ status }) => status === "failed").map(({ id }) => id);

    expect(failed.toSorted()).toEqual(fails.toSorted());
    expect(checks.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
    expect(JSON.stringify(checks)).not.toContain(SECRET);
  });

  test("finds a directory of PATH that is open to all", () => {
    using machine = createHardenedPod();
    machine.put("opt/tools/tool", "");
    machine.put("opt/closed/tool", "");
    chmodSync(join(machine.places.root, "opt/tools"), 0o1777);
    machine.setVariable("PATH", "/opt/closed:/opt/tools");

    expect(messageOf(machine, "loose-path")).toBe("PATH has /opt/tools (everyone may write to it)");
  });

  test("finds an engine's socket, once though it has two names", async () => {
    using machine = createHardenedPod();
    machine.put("run/keep", "");
    machine.link("var/run", join(machine.places.root, "run"));
    const server = createServer().listen(join(machine.places.root, "run/docker.sock"));
    await once(server, "listening");
    const message = messageOf(machine, "engine-socket");
    server.close();

    expect(message).toBe("the job can write to /var/run/docker.sock");
  });

  test.each([
    ["a default route", "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n", "unknown"],
    [
      "one for link-local alone",
      "eth0\t0000FEA9\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
      "unknown",
    ],
    [
      "one that rejects, beside a default route",
      "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n*\tFEA9FEA9\t00000000\t0201\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n",
      "passed",
    ],
    ["one for others", "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n", "passed"],
  ])("the metadata service, by %s", (_, route, status) => {
    using machine = createHardenedPod();
    machine.put("proc/self/net/route", `${ROUTES}${route}`);

    expect(readPosture(machine.places).checks).toContainEqual(
      expect.objectContaining({ id: "metadata-service", status }),
    );
  });

  test("takes the answer of a probe over the routes", () => {
    using machine = createHardenedPod();
    const { checks } = readPosture(machine.places, { metadata: true });

    expect(checks).toContainEqual(
      expect.objectContaining({ id: "metadata-service", status: "failed" }),
    );
  });

  test("an empty machine: what cannot be told is unknown, and nothing throws", () => {
    using machine = createHardenedPod();
    for (const folder of ["proc", "sys", "home", "run", "etc"]) machine.remove(folder);
    const { checks } = readPosture(machine.places);
    const unknown = checks.filter(({ status }) => status === "unknown").map(({ id }) => id);

    expect(unknown).toEqual(
      expect.arrayContaining(["run-as-root", "persistent-runner", "no-limits", "metadata-service"]),
    );
    expect(checks.filter(({ severity }) => severity === "critical")).not.toContainEqual(
      expect.objectContaining({ status: "failed" }),
    );
  });

  test("a pipe where a file should be keeps nobody waiting", async () => {
    using machine = createHardenedPod();
    machine.put("etc/sudoers", "");
    machine.remove("etc/sudoers");
    const made = spawn("mkfifo", [join(machine.places.root, "etc/sudoers")]);
    await once(made, "exit");

    expect(messageOf(machine, "sudo-without-password")).toBe("sudo is not installed");
  });
});

function messageOf({ places }: MadeMachine, id: string): string | undefined {
  return readPosture(places).checks.find((check) => check.id === id)?.message;
}

function tokenOf(claims: object): string {
  return [toPart({ alg: "none" }), toPart(claims), "signature"].join(".");
}

function toPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
