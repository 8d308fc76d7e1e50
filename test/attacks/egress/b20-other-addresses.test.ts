/** B20: an allowed name with an address that DNS did not give it, and somebody who connects on one's behalf. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import { ALLOWED, createAttackScene, findObstacle, UNLISTED } from "./support/attack-scene.ts";
import { toPolicy } from "./support/guarded-pod.ts";
import { fireAll, type Volley } from "./support/volley.ts";

const PROXY = { name: "proxy.test", ipv4: "198.51.100.31" } as const;
const curl = "curl -4 -sSk -m 3";
const visit = `https://${ALLOWED.name}/`;

const REFUSED = {
  "curl --connect-to": [
    `${curl} --connect-to ${ALLOWED.name}:443:203.0.113.1:443 ${visit}`,
    "tcp 203.0.113.1 443",
  ],
  "curl --resolve": [
    `${curl} --resolve ${ALLOWED.name}:443:203.0.113.2 ${visit}`,
    "tcp 203.0.113.2 443",
  ],
  "curl -x": [`${curl} -x http://203.0.113.3:3128 ${visit}`, "tcp 203.0.113.3 3128"],
  "a proxy of the environment": [
    `https_proxy=http://203.0.113.4:3128 ${curl} ${visit}`,
    "tcp 203.0.113.4 3128",
  ],
  "SOCKS 4": [`${curl} -x socks4a://203.0.113.5:1080 ${visit}`, "tcp 203.0.113.5 1080"],
  "SOCKS 5": [`${curl} -x socks5h://203.0.113.6:1080 ${visit}`, "tcp 203.0.113.6 1080"],
  "SOCKS 5 of the environment": [
    `ALL_PROXY=socks5h://203.0.113.7:443 ${curl} ${visit}`,
    "tcp 203.0.113.7 443",
  ],
  "another port of an allowed proxy": [
    `${curl} -x http://${PROXY.name}:443 ${visit}`,
    `tcp ${PROXY.ipv4} 443`,
  ],
  "ssh by way of nc": [
    `ssh -o BatchMode=yes -o ProxyCommand='nc -w 2 203.0.113.8 22' ${ALLOWED.name}`,
    "tcp 203.0.113.8 22",
  ],
  "a port of one's own that DNS uses": [
    `${curl} --local-port 53 http://203.0.113.9/`,
    "tcp 203.0.113.9 80",
  ],
} as const;

const ATTACKS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(REFUSED).map(([way, [attack]]) => [way, attack])),
  "CONNECT through an allowed proxy": `${curl} -x http://${PROXY.name}:3128 https://${UNLISTED.name}/through`,
  "CONNECT to an address": `${curl} -x http://${PROXY.name}:3128 https://${ATTACKER.ipv4}/address`,
  "the allowed name": `${curl} ${visit}`,
};

const obstacle = findObstacle();
describe.skipIf(obstacle !== "")(`an allowed name elsewhere${obstacle}`, () => {
  const stack = new AsyncDisposableStack();
  let volley: Volley;
  beforeAll(async () => {
    const { internet, pod } = stack.use(await createAttackScene());
    await internet.site(PROXY.name, { ipv4: PROXY.ipv4, ports: { 3128: "proxy" } });
    const allow = [ALLOWED.name, `${PROXY.name}:3128`];
    volley = await fireAll(pod, ATTACKS, { policy: toPolicy({ allow }) });
  });
  afterAll(() => stack.disposeAsync());

  test.each(Object.entries(REFUSED))("%s is refused", (way, [, destination]) => {
    const shot = volley.shot(way);

    expect(shot.status).not.toBe(0);
    expect(shot.blocked).toMatchObject([{ text: destination, rule: "default", packetsRefused: 1 }]);
  });

  test("CONNECT through an allowed proxy works, and the report shows for what", () => {
    const { run } = volley;
    const shot = volley.shot("CONNECT through an allowed proxy");

    expect(shot.stdout).toBe(`${UNLISTED.name} GET /through\n`);
    expect(volley.shot("CONNECT to an address").status).toBe(0);
    const [connection] = shot.connections.filter(({ destination }) => destination.port === 3128);
    expect(connection).toMatchObject({
      destination: { ip: PROXY.ipv4, domain: PROXY.name },
      verdict: "allowed",
      rule: `egress.allow: ${PROXY.name}:3128`,
    });
    const program = run.report.processes.find(({ id }) => id === connection?.processId);
    expect(program?.args).toContain(`http://${PROXY.name}:3128`);
    expect(program?.args).toContain(`https://${UNLISTED.name}/through`);
    // The proxy asks for it, not the job.
    expect(run.questions.map(({ name }) => name)).not.toContain(UNLISTED.name);
  });

  test("nothing else has left the pod", () => {
    const { run } = volley;

    expect(run.status).toBe(0);
    expect(volley.shot("the allowed name").status).toBe(0);
    expect(new Set(run.escaped.map(({ destination: { ip, port } }) => `${ip} ${port}`))).toEqual(
      new Set([`${PROXY.ipv4} 3128`, `${ALLOWED.ipv4} 443`]),
    );
  });
});
