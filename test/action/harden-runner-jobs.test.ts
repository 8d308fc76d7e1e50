/**
 * Workflows that were written for harden-runner, each as a whole job of the action as it is released: `pre`, `main`, a step that
 * connects to what is listed and to what is near to it, `post`. All jobs run on one machine, one after the other, each with a guard
 * of its own: so it is a machine that stays, too, and at the end nothing of the guards is left on it. Uses that say the same run once.
 */
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Report, reportSchema } from "../../protocol/report.ts";
import { createInternet, type Internet, type Machine } from "../support/internet/internet.ts";
import { requires } from "../support/requires.ts";
import {
  type Destination,
  isAddress,
  isAllowedThere,
  isOfRunner,
  readUses,
  toHost,
  toName,
  toNeighbours,
  toWords,
  type Use,
} from "./support/harden-runner-uses.ts";
import {
  buildAction,
  type BuiltAction,
  createRunnerMachine,
  type Phase,
  type RunnerMachine,
} from "./support/runner-machine.ts";

const { internet, bpf, clang, sudo } = requires;
const missing = [internet, bpf, clang, sudo].filter(({ available }) => !available);
const REPORT = "/run/runner-guard/report.json";
const ADDRESS_RULE = "address-literal-destination";
const ENGINE = "/run/docker.sock";
/** All that some workflow lists, and one that none does. */
const PORTS = [22, 80, 443, 5000, 5432, 8443, 9000, 8444];
const WITH_MISTAKES = "mistakes.yml";
const uses = withoutRepeats(readUses().filter(({ name }) => !name.startsWith(WITH_MISTAKES)));
/** What a machine that stays has of a guard while it runs; the copy of the program is kept for the next job. */
const LEFT = `nft list tables; ls /run/runner-guard /run/runner-guard-action
  stat -c '%n %a' /usr/bin/sudo /usr/bin/su ${ENGINE}`;

describe.skipIf(missing.length > 0)(
  `a workflow of harden-runner's${missing[0]?.note ?? ""}`,
  () => {
    let action: BuiltAction;
    let world: Internet;
    let machine: Machine;
    let runner: RunnerMachine;
    let before: string;
    beforeAll(async () => {
      action = buildAction();
      world = await createInternet({ capture: false });
      await world.dns.add(...toRecords(uses.flatMap(({ given }) => toTried(given))));
      // As everywhere: sudo asks for the machine's own name.
      machine = await world.host({ ownProcesses: true, hosts: [`127.0.1.1 ${hostname()}`] });
      runner = await createRunnerMachine(machine);
      await runner.shell(
        `nc -lkU ${ENGINE} > /dev/null 2>&1 & until [ -e ${ENGINE} ]; do sleep 0.05; done; chmod 666 ${ENGINE}`,
      );
      writeFileSync(join(machine.folder, "connect.mjs"), CONNECT);
      await runner.job([action.uses("guard", { "egress-policy": "audit" })]);
      before = await settled(runner);
    });
    afterAll(async () => {
      action?.[Symbol.dispose]();
      await runner?.[Symbol.asyncDispose]();
      await machine?.[Symbol.asyncDispose]();
      await world?.[Symbol.asyncDispose]();
    });

    test.each(uses)("runs as it is, with the same verdicts: $name", async ({ given }) => {
      const destinations = toTried(given);
      const [pre, main, work, post] = await runner.job([
        action.uses("harden", given),
        { id: "work", run: toWork(machine, destinations) },
      ]);
      const { tried, isRoot, hasEngine } = toDone(work);
      const report = reportSchema.parse(JSON.parse(await runner.shell(`cat ${REPORT}`)));
      const mode = given["egress-policy"] ?? "block";
      const unlisted = destinations.filter((one) => !isAllowed(given, one));

      expect([pre?.status, main?.status, post?.status]).toEqual([0, 0, 0]);
      expect(main?.outputs).toMatchObject({ "effective-mode": mode, "degraded-reasons": "" });
      // In audit mode everything goes through, and is told of.
      expect(tried).toEqual(
        Object.fromEntries(
          destinations.map((one) => [toText(one), mode === "audit" || isAllowed(given, one)]),
        ),
      );
      expect(toRefused(report, mode)).toEqual(toExpected(given, unlisted));
      expect(post?.outputs["violations"]).toBe(String(toExpected(given, unlisted).size));
      const hasNoContainers = isOn(given["disable-sudo-and-containers"]);
      expect(isRoot).toBe(!isOn(given["disable-sudo"]) && !hasNoContainers);
      expect(hasEngine).toBe(!hasNoContainers);
      // An address that is listed is told of as one that no name led to, and that is right.
      expect(report.findings.filter(({ rule }) => rule.id !== ADDRESS_RULE)).toEqual([]);
    });

    test("leaves the machine that it ran on as it was, each time", async () => {
      expect(await settled(runner)).toBe(before);
      expect(before).toContain("/usr/bin/sudo 4755");
      expect(before).not.toContain("table");
    });
  },
);

/** Connects to each and says whether somebody answered, whether it can become root, and whether it can ask the container engine. */
const CONNECT = `
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { connect } from "node:net";
const open = (options) => new Promise((resolve) => {
  const socket = connect({ ...options, timeout: 20_000 });
  const end = (isOpen) => { socket.destroy(); resolve(isOpen); };
  socket.once("connect", () => end(true)).once("error", () => end(false)).once("timeout", () => end(false));
});
const wanted = JSON.parse(process.argv[2]);
const tried = await Promise.all(wanted.map(async ({ host, port }) => [host + ":" + port, await open({ host, port })]));
const isRoot = spawnSync("sudo", ["-n", "true"]).status === 0;
let hasEngine = true;
try { accessSync("${ENGINE}", constants.W_OK); } catch { hasEngine = false; }
console.log(JSON.stringify({ tried: Object.fromEntries(tried), isRoot, hasEngine }));
`;

function toWork({ folder }: Machine, destinations: readonly Destination[]): string {
  return `exec "${process.execPath}" "${join(folder, "connect.mjs")}" '${JSON.stringify(destinations)}'`;
}

interface Done {
  readonly tried: Readonly<Record<string, boolean>>;
  readonly isRoot: boolean;
  readonly hasEngine: boolean;
}

function toDone(work: Phase | undefined): Done {
  return JSON.parse(work?.stdout ?? "");
}

/** Each that is listed, on its port and on another one, and names around it. */
function toTried(given: Use["given"]): Destination[] {
  const words = toWords(given["allowed-endpoints"] ?? "");
  const tried = words.flatMap((word) => {
    const name = toName(word);
    const port = Number(/:(\d+)$/.exec(word)?.[1] ?? 443);
    const host = toHost(name);
    const near = isAddress(name) ? ["203.0.113.7"] : toNeighbours(host);
    return [host, ...near].map((one) => ({ host: one, port })).concat({ host, port: 8444 });
  });
  const every = [...tried, { host: "evil.test", port: 443 }, { host: "github.com", port: 443 }];
  return [...new Map(every.map((one) => [toText(one), one])).values()];
}

/** Every name has an address of its own, so that no name is let through for another one's sake. */
function toRecords(destinations: readonly Destination[]) {
  const names = new Set(destinations.map(({ host }) => host).filter((host) => !isAddress(host)));
  return [...names].map((name, at) => ({
    name,
    type: "A" as const,
    data: `198.18.${at >> 8}.${at & 255}`,
  }));
}

function isAllowed(given: Use["given"], destination: Destination): boolean {
  const list = given["allowed-endpoints"];
  const isJudged = given["egress-policy"] !== "audit" || list !== undefined;
  return !isJudged || isOfRunner(destination) || isAllowedThere(list ?? "", destination);
}

function toText({ host, port }: Destination): string {
  return `${host}:${port}`;
}

/** A name that is on no port of the list is not even resolved in block mode, and its connection is told as the question for it. */
function toExpected(given: Use["given"], unlisted: readonly Destination[]): Set<string> {
  const isResolved = ({ host }: Destination): boolean =>
    given["egress-policy"] === "audit" ||
    isAddress(host) ||
    PORTS.some((port) => isAllowed(given, { host, port }));
  return new Set(unlisted.map((one) => (isResolved(one) ? toText(one) : one.host)));
}

function toRefused({ connections, dnsQueries }: Report, mode: string): Set<string> {
  const refusal = mode === "audit" ? "would-block" : "blocked";
  const names = mode === "audit" ? [] : dnsQueries.filter(({ verdict }) => verdict === refusal);
  return new Set([
    ...names.map(({ name }) => name),
    ...connections
      .filter(({ verdict }) => verdict === refusal)
      .map(({ destination: { domain, ip, port } }) => `${domain ?? ip}:${port}`),
  ]);
}

function isOn(given: string | undefined): boolean {
  return /^true$/i.test(given ?? "");
}

function withoutRepeats(all: readonly Use[]): readonly Use[] {
  return [...new Map(all.map((use) => [JSON.stringify(use.given), use])).values()];
}

/** What the last job's guard leaves is looked at when it has ended. */
async function settled(runner: RunnerMachine): Promise<string> {
  return runner.shell(
    `while pgrep -f "[a]gent/start.mjs" > /dev/null; do sleep 0.05; done; ${LEFT}; ls -d ${runner.userPlaces} || true`,
  );
}
