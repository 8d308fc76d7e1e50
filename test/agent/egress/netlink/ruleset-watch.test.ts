import { copyFileSync, mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createElementWriter } from "../../../../agent/egress/netlink/element-writer.ts";
import { toTextAttribute } from "../../../../agent/egress/netlink/netlink-attributes.ts";
import { toMessage } from "../../../../agent/egress/netlink/netlink-message.ts";
import {
  createRulesetWatch,
  type RulesetChange,
} from "../../../../agent/egress/netlink/ruleset-watch.ts";
import { requires } from "../../../support/requires.ts";
import { sendForged } from "./forged-message.ts";
import { makeNamespace } from "./own-namespace.ts";

const { nftables } = requires;
/** The kernel counts pids as the first pid namespace does. In another one, as in a container, the test cannot know them. */
const isFirstPidNamespace = readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]";
const NFNLGRP_NFTABLES = 7;
const TABLE = `table inet guard {
  set learned { type ipv4_addr . inet_proto . inet_service; flags timeout; }
  set addresses { type ipv4_addr; flags timeout; }
  chain out { type filter hook output priority 0; counter; }
}`;

function observe() {
  const namespace = makeNamespace();
  const writer = namespace.inside(() => createElementWriter());
  namespace.run("nft", ["-f", "-"], TABLE);
  const changes: RulesetChange[] = [];
  const seen = { overruns: 0 };
  const watch = namespace.inside(() =>
    createRulesetWatch({
      onChange: (change) => changes.push(change),
      onOverrun: () => (seen.overruns += 1),
      ownPortId: writer.portId,
    }),
  );
  return {
    namespace,
    watch,
    /** The guard's own. */
    writer,
    changes,
    seen,
    /** What is told of what `nft` does to these commands, and its pid. */
    nft(...args: readonly string[]) {
      const pid = namespace.runForPid("nft", args);
      watch.poll();
      const expected: unknown = isFirstPidNamespace ? pid : expect.any(Number);
      return { pid: expected, changes };
    },
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      writer[Symbol.dispose]();
      namespace[Symbol.dispose]();
    },
  };
}

function whatOf(changes: readonly RulesetChange[]): string[] {
  return changes.map(({ what, family, table }) => `${what}: ${family} ${table}`);
}

describe.skipIf(!nftables.available)(`watching the ruleset${nftables.note}`, () => {
  test.each([
    ["nft flush ruleset", ["flush", "ruleset"], "table deleted"],
    ["nft delete table", ["delete", "table", "inet", "guard"], "table deleted"],
    ["nft flush chain", ["flush", "chain", "inet", "guard", "out"], "rule deleted"],
    ["nft add rule", ["insert", "rule", "inet", "guard", "out", "accept"], "rule added"],
    ["nft add chain", ["add", "chain", "inet", "guard", "more"], "chain added"],
    ["nft add set", ["add", "set", "inet", "guard", "more", "{ type mark; }"], "set added"],
    ["nft delete set", ["delete", "set", "inet", "guard", "addresses"], "set deleted"],
    ["a new policy", ["add", "chain", "inet", "guard", "out", "{ policy drop; }"], "chain added"],
    ["a dormant table", ["add", "table", "inet", "guard", "{ flags dormant; }"], "table added"],
    [
      "nft add element",
      ["add", "element", "inet", "guard", "addresses", "{ 192.0.2.1 }"],
      "element added",
    ],
    ["nft add counter", ["add", "counter", "inet", "guard", "seen"], "object added"],
  ])("%s is told with the process that did it", (_what, args, what) => {
    using observed = observe();
    const { pid, changes } = observed.nft(...args);

    expect(changes).toContainEqual({
      what,
      family: "inet",
      table: "guard",
      portId: expect.any(Number) as unknown,
      pid,
      program: "nft",
    });
    expect(observed.seen.overruns).toBe(0);
  });

  test("nft delete rule and nft flush set are told", () => {
    using observed = observe();
    const rules = observed.namespace.run("nft", ["-a", "list", "chain", "inet", "guard", "out"]);
    const handle = /counter.* # handle (\d+)/.exec(rules)?.[1] ?? "";
    observed.nft("delete", "rule", "inet", "guard", "out", "handle", handle);
    observed.nft("add", "element", "inet", "guard", "addresses", "{ 192.0.2.1, 192.0.2.2 }");
    observed.nft("flush", "set", "inet", "guard", "addresses");

    expect(whatOf(observed.changes)).toEqual([
      "rule deleted: inet guard",
      "element added: inet guard",
      "element deleted: inet guard",
    ]);
  });

  test("iptables -F is told, under its own name", () => {
    using observed = observe();
    observed.namespace.run("iptables-nft", ["-A", "OUTPUT", "-j", "ACCEPT"]);
    observed.watch.poll();
    observed.changes.length = 0;
    observed.namespace.run("iptables-nft", ["-F"]);
    observed.watch.poll();

    expect(observed.changes).toMatchObject([
      { what: "rule deleted", family: "ip", table: "filter", program: "iptables-nft" },
    ]);
  });

  test("each of several transactions between two looks has its own process", () => {
    using observed = observe();
    const first = observed.namespace.runForPid("nft", ["add", "table", "ip", "one"]);
    const second = observed.nft("add", "table", "ip", "two");

    expect(observed.changes).toMatchObject([
      { table: "one", ...(isFirstPidNamespace && { pid: first }) },
      { table: "two", pid: second.pid },
    ]);
  });

  test("a program may call itself anything, and that is what is told", () => {
    using observed = observe();
    const directory = mkdtempSync(join(tmpdir(), "guard-netlink-"));
    try {
      const program = join(directory, "::error::\n$(x)");
      copyFileSync(observed.namespace.run("which", ["nft"]).trim(), program);
      observed.namespace.run("chmod", ["+x", program]);
      observed.namespace.run(program, ["flush", "ruleset"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
    observed.watch.poll();

    expect(observed.changes.map(({ program }) => program)).toContain("::error::\n$(x)");
  });

  test("a look changes nothing and tells nothing", () => {
    using observed = observe();
    observed.nft("list", "ruleset");

    expect(observed.changes).toEqual([]);
  });

  test("another network namespace's changes are not told", () => {
    using observed = observe();
    using elsewhere = makeNamespace();
    elsewhere.run("nft", ["add", "table", "inet", "guard"]);
    observed.watch.poll();

    expect(observed.changes).toEqual([]);
  });

  test("an element that runs out of time is no change", async () => {
    using observed = observe();
    observed.nft("add", "element", "inet", "guard", "addresses", "{ 192.0.2.1 timeout 20ms }");
    observed.changes.length = 0;
    await expect
      .poll(() => observed.namespace.run("nft", ["list", "ruleset"]))
      .not.toContain("192.0.2.1");
    // The kernel clears up once a second; another transaction makes it do so.
    observed.nft("add", "element", "inet", "guard", "addresses", "{ 192.0.2.2 }");

    expect(whatOf(observed.changes)).toEqual(["element added: inet guard"]);
  });

  test("what the guard itself writes is passed over, and what others write in between is not", () => {
    using observed = observe();
    const put = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const ip = `10.0.${index >> 8}.${index & 255}`;
        observed.writer.put("guard", [{ set: "addresses", ip, timeoutMs: 60_000 }]);
      }
    };
    // More than the buffer would hold.
    put(20_000);
    const { pid } = observed.nft("delete", "table", "inet", "guard");
    put(3);
    observed.watch.poll();

    expect(observed.changes.every((change) => change.pid === pid || !isFirstPidNamespace)).toBe(
      true,
    );
    expect(whatOf(observed.changes)).toContain("table deleted: inet guard");
    expect(whatOf(observed.changes)).not.toContain("element added: inet guard");
    expect(observed.seen.overruns).toBe(0);
  });

  test("a message that another program sends to all who watch is not believed", () => {
    using observed = observe();
    const head = { type: (10 << 8) | 2, flags: 0, sequence: 0, family: 1 };
    const forged = toMessage(head, [toTextAttribute(1, "guard")]);
    const isSent = observed.namespace.inside(() => sendForged(forged, { group: NFNLGRP_NFTABLES }));
    observed.watch.poll();

    expect(isSent).toBe(true);
    expect(observed.changes).toEqual([]);
    expect(observed.nft("delete", "table", "inet", "guard").changes).not.toEqual([]);
  });

  test("more than the buffer holds is an overrun, and later changes are told again", () => {
    using observed = observe();
    using writer = observed.namespace.inside(() => createElementWriter());
    for (let count = 0; count < 30_000; count += 1) {
      writer.put("guard", [{ set: "addresses", ip: "192.0.2.1", timeoutMs: 60_000 }]);
    }
    for (let look = 0; look < 30; look += 1) observed.watch.poll();

    expect(observed.seen.overruns).toBeGreaterThan(0);
    const before = observed.seen.overruns;
    observed.changes.length = 0;
    observed.nft("delete", "table", "inet", "guard");
    expect(whatOf(observed.changes)).toContain("table deleted: inet guard");
    expect(observed.seen.overruns).toBe(before);
  });

  test("one change cannot be hidden among many others of its transaction", () => {
    using observed = observe();
    const others = Array.from({ length: 300 }, (_, index) => `add table ip t${index}`);
    observed.namespace.run("nft", ["-f", "-"], [...others, "delete table inet guard"].join("\n"));
    observed.watch.poll();

    expect(observed.changes).toHaveLength(256);
    expect(observed.seen.overruns).toBe(1);
  });
});
