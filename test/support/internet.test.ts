import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { ATTACKER, CLUSTER_API, METADATA } from "./internet/addresses.ts";
import { createInternet } from "./internet/internet.ts";
import type { Machine } from "./internet/internet.ts";
import { requires } from "./requires.ts";

const { internet: available } = requires;
const SITE = {
  ipv4: "198.51.100.10",
  ipv6: "2001:db8:1::10",
  ports: { 443: "https", 80: "http", 22: "ssh", 7: ["tcp-echo", "udp-echo"], 3128: "proxy" },
} as const;

describe.skipIf(!available.available)(`the little internet${available.note}`, () => {
  test("a pod reaches a site by its name, over IPv4 and IPv6, with a certificate that it trusts", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("github.test", { ...SITE, aliases: ["cdn.test"] });

    for (const family of ["-4", "-6"]) {
      const secure = ["curl", "-sS", family, "--cacert", pod.caFile];
      const { stdout, stderr } = await pod.run([
        ...secure,
        "https://github.test/a",
        "https://cdn.test/b",
      ]);

      expect(stderr).toBe("");
      expect(stdout).toBe("github.test GET /a\ngithub.test GET /b\n");
    }
    const ssh = await pod.run(["nc", "-w1", "github.test", "22"], { input: "hello\n" });

    expect(ssh.stdout).toBe("SSH-2.0-OpenSSH_9.9\r\nhello\n");
    expect(await internet.visits({ server: "github.test", service: "https" })).toMatchObject([
      {
        from: pod.ipv4,
        serverName: "github.test",
        said: "GET /a",
        to: { ip: SITE.ipv4, port: 443 },
      },
      { from: pod.ipv4, serverName: "cdn.test", said: "GET /b" },
      {
        from: pod.ipv6,
        serverName: "github.test",
        said: "GET /a",
        to: { ip: SITE.ipv6, port: 443 },
      },
      { from: pod.ipv6, serverName: "cdn.test", said: "GET /b" },
    ]);
  });

  test("a site's other ports are closed", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("github.test", { ...SITE, ports: { 443: "https" } });

    expect(await pod.run(["nc", "-zw2", "github.test", "80"])).toMatchObject({ status: 1 });
    expect(await pod.run(["nc", "-zw2", "github.test", "443"])).toMatchObject({ status: 0 });
  });

  test("a proxy takes a pod to any name of the zone, and to the attacker", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    await internet.site("proxy.test", SITE);
    const through = ["curl", "-sS", "--cacert", pod.caFile, "--proxy", "http://proxy.test:3128"];
    await internet.site("other.test", { ipv4: "198.51.100.11", ports: { 443: "https" } });

    expect((await pod.run([...through, "https://other.test/x"])).stdout).toBe(
      "other.test GET /x\n",
    );
    expect((await pod.run([...through, `https://${ATTACKER.ipv4}/x`])).stdout).toBe(
      "attacker GET /x\n",
    );
  });

  test("the attacker answers on every address and port, in the protocol that is spoken", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const output = async (...argv: string[]) => (await pod.run(argv)).stdout.trim();
    const quic = "c000000001080102030405060708000000000000";

    expect(await output("curl", "-s", "--cacert", pod.caFile, `https://${ATTACKER.ipv4}/x`)).toBe(
      "attacker GET /x",
    );
    expect(await output("curl", "-s", `http://[${ATTACKER.ipv6}]:8443/x`)).toBe("attacker GET /x");
    expect(await output("curl", "-sk", "https://192.0.2.7:9999/x")).toBe("attacker GET /x");
    expect(await output("dig", "+short", "@1.1.1.1", "a.test")).toBe(ATTACKER.ipv4);
    expect(await output("dig", "+short", "@2606:4700:4700::1111", "a.test", "AAAA")).toBe(
      ATTACKER.ipv6,
    );
    for (const way of ["+tcp", "+tls", "+https", "+https-get", "+tcp -p 5353"]) {
      expect(await output("dig", "+short", ...way.split(" "), "@8.8.8.8", "a.test")).toBe(
        ATTACKER.ipv4,
      );
    }
    expect(await say(pod, ["8.8.8.8", 443], quic)).toMatch(/^8000000000/);
    expect(await say(pod, ["8.8.8.8", 4444], "68656c6c6f")).toBe("68656c6c6f");
    expect(await say(pod, [ATTACKER.ipv6, 4444], "68656c6c6f")).toBe("68656c6c6f");
    for (const address of ["8.8.8.8", ATTACKER.ipv6]) {
      expect(await pod.run(["ping", "-c1", "-W2", address])).toMatchObject({ status: 0 });
    }
    const asked = await internet.dns.questions({ server: "attacker", type: "A" });

    expect(asked.map(({ transport }) => transport)).toEqual([
      "udp",
      "tcp",
      "tls",
      "https",
      "https",
      "tcp",
    ]);
  });

  test("metadata service, cluster API and neighbours answer", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const urls = [
      `http://${METADATA.ipv4}/`,
      `http://[${METADATA.ipv6}]/`,
      `https://${CLUSTER_API.ipv4}/`,
      `http://${pod.neighbour.ipv4}/`,
      `http://[${pod.neighbour.ipv6}]/`,
    ];

    expect((await pod.run(["curl", "-sSk", ...urls])).stdout.split("\n")).toEqual([
      "metadata GET /",
      "metadata GET /",
      "cluster-api GET /",
      "neighbour GET /",
      "neighbour GET /",
      "",
    ]);
  });

  test("pods and hosts reach one another", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const host = await internet.host();

    for (const address of [host.ipv4, host.ipv6]) {
      expect(await pod.run(["ping", "-c1", "-W2", address])).toMatchObject({ status: 0 });
    }
    expect(await host.run(["ping", "-c1", "-W2", pod.ipv4])).toMatchObject({ status: 0 });
    expect(host.ipv4).toMatch(/^10\.1\./);
  });

  test("a container goes out through its pod, in the pod's name", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod();
    const container = await pod.container();
    await internet.site("github.test", SITE);
    for (const family of ["-4", "-6"]) {
      const argv = ["curl", "-sS", family, "--cacert", pod.caFile, "https://github.test/"];

      expect((await container.run(argv)).stdout).toBe("github.test GET /\n");
    }

    const visits = await internet.visits({ server: "github.test" });
    expect(visits.map(({ from }) => from)).toEqual([pod.ipv4, pod.ipv6]);
  });

  test("a place has name servers, hosts and processes of its own, and the machine's cgroup tree", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod({
      resolver: ["127.0.0.53", "options edns0"],
      hosts: ["192.0.2.1 pinned.test"],
      ownProcesses: true,
    });
    const before = readFileSync("/etc/hosts", "utf8");
    const read = async (path: string) => (await pod.run(["cat", path])).stdout;
    await pod.run(["tee", "-a", "/etc/hosts"], { input: "192.0.2.2 forged.test\n" });

    expect(await read("/etc/resolv.conf")).toBe("nameserver 127.0.0.53\noptions edns0\n");
    expect((await pod.run(["getent", "hosts", "pinned.test", "forged.test"])).stdout).toMatch(
      /192\.0\.2\.1 .*\n192\.0\.2\.2 /,
    );
    expect(readFileSync("/etc/hosts", "utf8")).toBe(before);
    expect((await pod.run(["cat", "/proc/1/comm"])).stdout).toBe("cat\n");
    expect(await read("/proc/self/cgroup")).toBe(readFileSync("/proc/self/cgroup", "utf8"));
    expect(await pod.run(["ls", "/sys/fs/cgroup"])).toMatchObject({ status: 0 });
  });

  test("a program in a place gets input, environment and folder, and is ended at its limit", async () => {
    await using internet = await createInternet();
    const pod = await internet.pod({ ownProcesses: true });
    const program = `cat; echo "$WORD $PWD $HOME"; exit 7`;
    const run = await pod.run(["sh", "-c", program], {
      input: "in ",
      env: { WORD: "w" },
      cwd: "/usr",
    });
    const hanging = await pod.run(["sleep", "1000"], { timeoutMs: 200 });

    expect(run).toMatchObject({
      status: 7,
      stdout: `in w /usr ${pod.folder}\n`,
      isTimedOut: false,
    });
    expect(hanging).toMatchObject({ status: null, isTimedOut: true });
  });
});

/** Sends a datagram, and gives the answer, both in hexadecimal. */
async function say(pod: Machine, [ip, port]: [string, number], hex: string): Promise<string> {
  const program = `
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.settimeout(5)
s.sendto(bytes.fromhex(sys.argv[3]), (sys.argv[1], int(sys.argv[2])))
print(s.recv(2000).hex())`;
  return (await pod.run(["python3", "-c", program, ip, `${port}`, hex])).stdout.trim();
}
