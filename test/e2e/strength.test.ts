/** That nobody takes the guard for stronger, or the job for less, than they are. */
import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { reportSchema } from "../../protocol/report.ts";
import { requires } from "../support/requires.ts";
import { GUARD, Workplace } from "./guard.ts";

const { bpf, root } = requires;
const NOBODY = "65534";
const DENIES = "version: 1\negress: { allow: [], deny: ['127.0.0.1:9'] }\n";
const CONNECT = ["bash", "-c", "(: </dev/tcp/127.0.0.1/9) 2>/dev/null; exit 0"];

const BLOCK = ["--mode", "block", "--enforcement", "none"];

describe("block mode that cannot block starts nothing", () => {
  test.each([
    { args: BLOCK, says: /mode block cannot be had, only audit: --enforcement none was asked for/ },
    { args: [...BLOCK, "--fail-on", "degraded"], says: /mode block cannot be had, only audit/ },
    {
      args: ["--enforcement", "none", "--require", "enforcement"],
      says: /--require enforcement: /,
    },
  ])("$args", async ({ args, says }) => {
    using place = new Workplace();
    const ended = await place.run(["run", "--quiet", ...args, "--", "touch", "started"]);

    expect(ended.stderr).toMatch(says);
    expect(ended.status).toBe(69);
    expect(existsSync(place.path("started"))).toBe(false);
  });
});

describe.skipIf(!bpf.available)(`rights that lead past the packet filter${bpf.note}`, () => {
  const NET_ADMIN = 1n << 12n;
  const NET_RAW = 1n << 13n;

  test.each([
    { egress: "mode: block, allow: ['192.0.2.1:443']", has: 0n },
    { egress: "mode: block, allow: ['192.0.2.1/icmp']", has: NET_RAW },
    { egress: "mode: block, allow: [], network-admin: keep", has: NET_ADMIN },
    { egress: "mode: audit, allow: ['192.0.2.1:443']", has: NET_ADMIN | NET_RAW },
  ])("$egress leaves the command $has, and the guard all", async ({ egress, has }) => {
    using place = new Workplace();
    place.write("policy.yml", `version: 1\negress: { ${egress} }\n`);
    const ended = await place.run(
      [
        "run",
        "--quiet",
        "--policy",
        "policy.yml",
        "--",
        "sh",
        "-c",
        "cat /proc/$$/status /proc/$PPID/status",
      ],
      { inOwnNetwork: true },
    );
    const both = [...ended.stdout.toString().matchAll(/^Cap(?:Bnd|Prm|Eff):\t([0-9a-f]+)$/gm)].map(
      ([, mask]) => BigInt(`0x${mask}`) & (NET_ADMIN | NET_RAW),
    );

    expect(ended.status).toBe(0);
    expect(both).toEqual([has, has, has, ...[0, 1, 2].map(() => NET_ADMIN | NET_RAW)]);
  });

  test("are told when the command reaches for the packet filter in vain", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress: { mode: block, allow: [] }\n");
    const script = "nft flush ruleset; nft list ruleset; unshare -rn nft list ruleset; exit 0";
    const ended = await place.run(
      [
        ["run", "--quiet", "--report", "r.json", "--policy", "policy.yml"],
        ["--", "sh", "-c", script],
      ].flat(),
      { inOwnNetwork: true },
    );
    const report = reportSchema.parse(JSON.parse(readFileSync(place.path("r.json"), "utf8")));

    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain("Operation not permitted");
    expect(report.enforcement?.restored).toBe(0);
    const tries = report.privilegedOperations.filter(
      ({ operation }) => operation === "netfilter-socket",
    );
    expect(tries).toHaveLength(2);
    const tampering = report.findings.filter(({ rule }) => rule.id === "guard-tamper");
    expect(tampering.length).toBeGreaterThan(0);
    for (const finding of tampering) {
      expect(finding).toMatchObject({
        severity: "high",
        message: expect.stringContaining("tried to reach the packet filter"),
      });
    }
  });

  test("are told where a guard without SETPCAP cannot withhold them for good", async () => {
    using place = new Workplace();
    place.write("policy.yml", "version: 1\negress: { mode: block, allow: [] }\n");
    const unable = ["--bounding-set=-setpcap", GUARD, "run", "--report", "r.json", "--quiet"];
    const ended = await place.run(
      [...unable, "--policy", "policy.yml", "--", "grep", "CapInh", "/proc/self/status"],
      { program: "setpriv", inOwnNetwork: true },
    );
    const report = reportSchema.parse(JSON.parse(readFileSync(place.path("r.json"), "utf8")));

    expect(ended.status).toBe(0);
    expect(report.enforcement?.reason).toMatch(
      /without the capability SETPCAP .* NET_ADMIN and NET_RAW/,
    );
  });
});

describe("what cannot come true is said, also when nothing else is", () => {
  test.each([
    {
      args: [...BLOCK, "--fail-on", "violation"],
      says: /warning: mode block was asked for and audit is in force: --/,
    },
    {
      args: ["--mode", "block"],
      says: /warning: mode block allows nothing: no policy with an egress/,
    },
  ])("$args", async ({ args, says }) => {
    using place = new Workplace();
    const ended = await place.run(["run", "--quiet", ...args, "--", "true"]);

    expect(ended.stderr).toMatch(says);
    expect(ended.status).toBe(0);
  });

  test("a gate without a policy, and a variable that is nearly one of ours", async () => {
    using place = new Workplace();
    const env = { RUNNER_GUARD_FAIL_ONN: "violation" };
    const args = ["run", "--quiet", "--fail-on", "violation", "--", "true"];
    const { stderr, status } = await place.run(args, { env });

    expect(stderr).toMatch(/warning: fail-on violation never comes true: no p/);
    expect(stderr).toContain("RUNNER_GUARD_FAIL_ONN is not known; did you mean RUNNER_GUARD");
    expect(status).toBe(0);
  });

  test("a gate that hangs on samples, and server names that nobody looks at", async () => {
    using place = new Workplace();
    place.write("policy.yml", DENIES.replace("allow: []", "sni: verify, allow: []"));
    const gate = ["--policy", "policy.yml", "--fail-on", "violation"];
    const weak = ["--sensor", "proc", "--enforcement", "none"];
    const { stderr } = await place.run(["run", "--quiet", ...weak, ...gate, "--", "true"]);

    expect(stderr).toContain("fail-on violation with samples of /proc misses short");
    expect(stderr).toContain("egress.sni is not in force");
  });
});

describe.skipIf(!bpf.available)(`a run that policy fails${bpf.note}`, () => {
  test("says so in the report and on the page, whatever the command's own status", async () => {
    using place = new Workplace();
    place.write("policy.yml", DENIES);
    const gate = ["--policy", "policy.yml", "--fail-on", "violation", "--summary", "page.md"];
    const { report, ended } = await place.report(gate, CONNECT);

    expect(ended.status).toBe(86);
    expect(report.run).toMatchObject({
      exitCode: 0,
      failures: ["policy does not allow 1 of the connections"],
    });
    const page = readFileSync(place.path("page.md"), "utf8");
    expect(page).toContain("❌ exit 0");
    expect(page).toContain("\n- ❌ policy does not allow 1 of the connections\n");
  });
});

describe("a report from before", () => {
  test("stays where nothing was started, and is not left where a guard that was killed would have written its own", async () => {
    using place = new Workplace();
    const reporting = ["run", "--report", "report.json", "--"];
    await place.run([...reporting, "true"]);
    const before = readFileSync(place.path("report.json"), "utf8");
    const ended = await place.run([...reporting, "no-such-program"]);

    expect(ended.status).toBe(127);
    expect(readFileSync(place.path("report.json"), "utf8")).toBe(before);
    expect(reportSchema.safeParse(JSON.parse(before)).success).toBe(true);

    await place.run([...reporting, "sh", "-c", "kill -9 $PPID; sleep 1"]);
    expect(existsSync(place.path("report.json"))).toBe(false);
  });
});

describe.skipIf(!root.available)(`an ordinary user's guard${root.note}`, () => {
  test("keeps the capabilities that it was given from the job", async () => {
    using place = new Workplace();
    const given = ["+bpf", "+perfmon", "+net_admin", "+sys_ptrace", "+kill"];
    const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
    const capabilities = [`--inh-caps=${given.join(",")}`, `--ambient-caps=${given.join(",")}`];
    const command = [GUARD, "run", "--quiet", "--", "grep", "CapEff", "/proc/self/status"];
    const ended = await place.run([...user, ...capabilities, ...command], { program: "setpriv" });

    expect(ended.stdout.toString()).toBe("CapEff:\t0000000000000000\n");
  });
});

describe("a slip at the command line", () => {
  test("run is named to who gave the command in its place", async () => {
    using place = new Workplace();
    const ended = await place.run(["make", "all"]);

    expect(ended.stderr).toContain("to guard it: runner-guard run -- make");
    expect(ended.status).toBe(2);
  });

  test("the one who left out --sensor proc is not sent to the doctor", async () => {
    using place = new Workplace();
    const ended = await place.run(["run", "--sensor", "proc", "--require", "kernel", "--", "true"]);

    expect(ended.stderr).toContain("leave out --sensor proc");
    expect(ended.status).toBe(69);
  });
});
