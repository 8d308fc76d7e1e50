import { createSocket } from "node:dgram";
import { readdirSync } from "node:fs";

import dnsPacket from "dns-packet";
import { describe, expect, test } from "vitest";

import { createDnsUpstream } from "../../../../agent/egress/dns/create-upstream.ts";
import type {
  UpstreamAnswer,
  UpstreamQuestion,
} from "../../../../agent/egress/dns/dns-upstream.ts";
import type { ResolverAddress } from "../../../../agent/egress/dns/resolver-address.ts";
import { UPSTREAM_BOUNDS } from "../../../../agent/egress/dns/upstream-limits.ts";
import {
  addressesIn,
  findDeadAddress,
  startScriptedResolver,
  TEST_TIMEOUTS,
  toAnswer,
  toErrorAnswer,
  toTestFrame,
  type Script,
} from "./scripted-resolver.ts";

const SERVFAIL = 2;
const REFUSED = 5;
const FORMERR = 1;
const NOTIMP = 4;

const answers: Script = (query) => query.reply(toAnswer(query));
const silent: Script = () => undefined;
const truncated: Script = (it) =>
  it.reply(toAnswer(it, "192.0.2.66", { answers: [], flags: dnsPacket.TRUNCATED_RESPONSE }));
const lowers: Script = (it) => it.reply(lowered(it.bytes));

describe("a question", () => {
  test("is put to the resolver, and its answer comes back as it was", async () => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address]);

    const answer = await upstream.ask(question("github.com"));

    expect(messageOf(answer)).toEqual(toAnswer(resolver.queries[0] ?? fail()));
  });

  test("asks for recursion, with EDNS of the guard's own and nothing in it", async () => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address]);

    await upstream.ask({
      ...question("github.com"),
      type: 28,
      dnssec: true,
      checkingDisabled: true,
    });

    const [query = fail()] = resolver.queries;
    expect(query.name.toLowerCase()).toBe("github.com");
    expect(query.packet).toMatchObject({
      type: "query",
      flag_rd: true,
      flag_cd: true,
      questions: [{ type: "AAAA", class: "IN" }],
      additionals: [{ type: "OPT", udpPayloadSize: 1232, flag_do: true, options: [] }],
    });
  });

  test("sets neither DO nor CD unasked", async () => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address]);

    await upstream.ask(question("github.com"));

    expect(resolver.queries[0]?.packet).toMatchObject({
      flag_cd: false,
      additionals: [{ flag_do: false }],
    });
  });

  test("is asked under other ids, from other ports, in other cases of the name", async () => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address]);

    for (let count = 0; count < 300; count += 1) await upstream.ask(question("github.com"));

    const distinct = (of: (query: (typeof resolver.queries)[number]) => unknown): number =>
      new Set(resolver.queries.map(of)).size;
    expect(distinct((it) => it.packet.id)).toBeGreaterThan(250);
    expect(distinct((it) => it.name)).toBeGreaterThan(100);
    expect(distinct((it) => it.port)).toBeGreaterThan(UPSTREAM_BOUNDS.socketsPerResolver);
  });

  test.each(["", "_dmarc.example.com", String.raw`a\046b.example.com`, `${"a".repeat(63)}.com`])(
    "for the name %j arrives as that name",
    async (name) => {
      await using resolver = await startScriptedResolver({
        udp: (it) => it.reply(toBareEcho(it.bytes)),
      });
      using upstream = upstreamTo([resolver.address]);

      expect(await upstream.ask(question(name))).toMatchObject({ status: "answered" });
    },
  );

  test.each([
    "a..b",
    "a".repeat(64),
    `${"a.".repeat(127)}aa`,
    "a".repeat(260),
    "gith\u0175b.com",
    "a b",
    String.raw`a\300`,
    String.raw`a\1`,
    "a.\0",
  ])("for what is no name on the wire fails without being sent: %j", async (name) => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question(name))).toEqual({
      status: "failed",
      reason: "the name cannot be written in a question",
    });
    expect(resolver.queries).toEqual([]);
  });

  test("goes to a resolver with an IPv6 address", async () => {
    await using resolver = await startScriptedResolver({ ip: "::1", udp: answers });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question("github.com"))).toMatchObject({ status: "answered" });
  });

  test("that is on its way already is not asked a second time", async () => {
    await using resolver = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([resolver.address], { totalMs: 60_000, nextServerMs: 59_000 });

    const both = await Promise.all([
      upstream.ask(question("github.com")),
      upstream.ask(question("github.com")),
    ]);

    expect(both[0]).toBe(both[1]);
    expect(resolver.queries).toHaveLength(1);
  });

  test("is turned away and counted when too many are on their way", async () => {
    await using resolver = await startScriptedResolver({ udp: silent });
    using upstream = upstreamTo([resolver.address], {
      bounds: { ...UPSTREAM_BOUNDS, maxQuestionsInFlight: 1 },
    });

    const first = upstream.ask(question("a.test"));
    const second = await upstream.ask(question("b.test"));
    upstream[Symbol.dispose]();

    expect(second).toEqual({ status: "failed", reason: "too many questions are on their way" });
    expect(await first).toEqual({ status: "failed", reason: "the guard is ending" });
    expect(upstream.counters.refused).toBe(1);
  });

  test("is one of hundreds at once, and each gets its own answer", async () => {
    await using resolver = await startScriptedResolver({
      udp: (it) => it.reply(toAnswer(it, `192.0.2.${Number.parseInt(it.name.slice(1), 10) % 256}`)),
    });
    // However busy the machine is: it is no test of patience.
    using upstream = upstreamTo([resolver.address], { totalMs: 60_000, nextServerMs: 59_000 });
    const numbers = Array.from({ length: UPSTREAM_BOUNDS.maxQuestionsInFlight }, (_, at) => at);

    const all = await Promise.all(numbers.map((at) => upstream.ask(question(`n${at}.test`))));

    expect(all.flatMap((it) => addressesIn(messageOf(it)))).toEqual(
      numbers.map((at) => `192.0.2.${at % 256}`),
    );
    expect(upstream.counters).toMatchObject({ failed: 0, refused: 0, forgeriesSuspected: 0 });
  });

  test("does not open more ports than it may, however many resolvers stay silent", async () => {
    await using resolver = await startScriptedResolver({ udp: silent });
    const bounds = { ...UPSTREAM_BOUNDS, questionsPerSocket: 1, maxSocketsPerResolver: 6 };
    using upstream = upstreamTo([resolver.address], { bounds, totalMs: 100, nextServerMs: 90 });

    const before = readdirSync("/proc/self/fd").length;
    const asked: Promise<UpstreamAnswer>[] = [];
    for (let at = 0; at < 60; at += 1) {
      asked.push(upstream.ask(question(`n${at}.test`)));
      await new Promise(setImmediate);
    }
    const opened = readdirSync("/proc/self/fd").length - before;

    expect(opened).toBeLessThanOrEqual(6 + 2);
    expect(await Promise.all(asked)).toHaveLength(60);
  });

  test("fails after the guard has ended, and without a resolver", async () => {
    using nobody = upstreamTo([]);
    const ended = upstreamTo([]);
    ended[Symbol.dispose]();

    expect(await nobody.ask(question("a.test"))).toMatchObject({
      reason: "there is no resolver to ask",
    });
    expect(await ended.ask(question("a.test"))).toMatchObject({ reason: "the guard is ending" });
  });
});

describe("the order of resolvers", () => {
  test("is kept: the second hears nothing while the first answers", async () => {
    await using first = await startScriptedResolver({ udp: answers });
    await using second = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([first.address, second.address]);

    for (const name of ["a.test", "b.test"]) await upstream.ask(question(name));

    expect([first.queries.length, second.queries.length]).toEqual([2, 0]);
  });

  test("goes on to the second when the first is silent", async () => {
    await using first = await startScriptedResolver({ udp: silent });
    await using second = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([first.address, second.address]);

    expect(await upstream.ask(question("a.test"))).toMatchObject({ status: "answered" });
  });

  test("still listens to the first when the second has been asked", async () => {
    const held: (() => void)[] = [];
    await using first = await startScriptedResolver({
      udp: (it) => held.push(() => it.reply(toAnswer(it, "192.0.2.11"))),
    });
    await using second = await startScriptedResolver({ udp: () => held[0]?.() });
    using upstream = upstreamTo([first.address, second.address]);

    expect(addressesIn(messageOf(await upstream.ask(question("a.test"))))).toEqual(["192.0.2.11"]);
    expect(upstream.counters.forgeriesSuspected).toBe(0);
  });

  test.each([
    ["SERVFAIL", SERVFAIL],
    ["REFUSED", REFUSED],
    ["NOTIMP", NOTIMP],
    ["FORMERR", FORMERR],
  ])("goes on at once after %s", async (_, rcode) => {
    await using first = await startScriptedResolver({
      udp: (it) => it.reply(toErrorAnswer(it, rcode)),
    });
    await using second = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([first.address, second.address], { nextServerMs: 60_000 });

    expect(addressesIn(messageOf(await upstream.ask(question("a.test"))))).toEqual(["192.0.2.1"]);
  });

  test("stays with an answer that says there is no such name", async () => {
    const nxdomain = 3;
    await using first = await startScriptedResolver({
      udp: (it) => it.reply(toErrorAnswer(it, nxdomain)),
    });
    await using second = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([first.address, second.address]);

    expect(rcodeOf(await upstream.ask(question("a.test")))).toBe("NXDOMAIN");
    expect(second.queries).toEqual([]);
  });

  test("gives the first one's refusal when nobody knows better", async () => {
    await using first = await startScriptedResolver({
      udp: (it) => it.reply(toErrorAnswer(it, SERVFAIL)),
    });
    await using second = await startScriptedResolver({
      udp: (it) => it.reply(toErrorAnswer(it, REFUSED)),
    });
    await using third = await startScriptedResolver({ udp: silent });
    using upstream = upstreamTo([first.address, second.address, third.address]);

    expect(rcodeOf(await upstream.ask(question("a.test")))).toBe("SERVFAIL");
  });

  test("goes on at once when nobody listens, and says so when nobody is left", async () => {
    const [one, other] = [await findDeadAddress("127.0.0.1"), await findDeadAddress("::1")];
    using upstream = upstreamTo([one, other], { nextServerMs: 60_000 });

    expect(await upstream.ask(question("a.test"))).toEqual({
      status: "failed",
      reason: `127.0.0.1:${one.port} refused the connection; [::1]:${other.port} refused the connection`,
    });
  });

  test("asks a silent resolver again", async () => {
    await using silentOne = await startScriptedResolver({ udp: silent });
    using upstream = upstreamTo([silentOne.address, await findDeadAddress()], { totalMs: 60_000 });

    const answer = upstream.ask(question("a.test"));
    await expect.poll(() => silentOne.queries.length).toBeGreaterThan(1);

    upstream[Symbol.dispose]();
    expect(await answer).toMatchObject({ status: "failed" });
  });

  test("says in the end how long a resolver was silent", async () => {
    await using silentOne = await startScriptedResolver({ udp: silent });
    const dead = await findDeadAddress();
    using upstream = upstreamTo([silentOne.address, dead], { totalMs: 600 });

    const answer = await upstream.ask(question("a.test"));

    expect(answer).toMatchObject({
      reason: expect.stringMatching(
        new RegExp(
          `^127.0.0.1:${silentOne.address.port} did not answer within [\\d.]+ s; .* refused the connection$`,
        ),
      ),
    });
  });

  test("gets an answer though the first datagram was lost", async () => {
    let seen = 0;
    await using resolver = await startScriptedResolver({
      udp: (it) => {
        seen += 1;
        if (seen > 1) it.reply(toAnswer(it));
      },
    });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question("a.test"))).toMatchObject({ status: "answered" });
  });

  test("puts a resolver that was silent last, and first again after a while", async () => {
    await using first = await startScriptedResolver({ udp: silent });
    await using second = await startScriptedResolver({ udp: answers });
    using upstream = upstreamTo([first.address, second.address], { downMs: 1_500 });
    await upstream.ask(question("a.test"));
    const askedAtFirst = first.queries.length;

    await upstream.ask(question("b.test"));

    expect(first.queries.length).toBe(askedAtFirst);
    await expect
      .poll(async () => {
        await upstream.ask(question("c.test"));
        return first.queries.length;
      })
      .toBeGreaterThan(askedAtFirst);
  });
});

describe("an answer too long for a datagram", () => {
  test("is fetched over TCP", async () => {
    await using resolver = await startScriptedResolver({ udp: truncated, tcp: answers });
    using upstream = upstreamTo([resolver.address]);

    expect(addressesIn(messageOf(await upstream.ask(question("a.test"))))).toEqual(["192.0.2.1"]);
  });

  test("is a failure with its reason where there is no TCP", async () => {
    await using resolver = await startScriptedResolver({ udp: truncated });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question("a.test"))).toMatchObject({
      reason: expect.stringMatching(
        /too long for a datagram, and over TCP it refused the connection$/,
      ),
    });
  });
});

describe("what is no answer to the question", () => {
  const lies: Record<string, Script> = {
    "has another id": (it) => it.reply(toAnswer(it, "192.0.2.66", { id: (it.packet.id ?? 0) ^ 1 })),
    "is for another name": (it) =>
      it.reply(toAnswer(it, "192.0.2.66", { questions: [{ type: "A", name: "evil.test" }] })),
    "is for another type": (it) =>
      it.reply(toAnswer(it, "192.0.2.66", { questions: [{ type: "AAAA", name: it.name }] })),
    "has no question": (it) => it.reply(toAnswer(it, "192.0.2.66", { questions: [] })),
    "has two questions": (it) =>
      it.reply(
        toAnswer(it, "192.0.2.66", {
          questions: [...(it.packet.questions ?? []), ...(it.packet.questions ?? [])],
        }),
      ),
    "is a question": (it) => it.reply(it.bytes),
    "is of another kind": (it) => it.reply(withByte(toAnswer(it, "192.0.2.66"), 2, 0xa8)),
    "is too short": (it) => it.reply(toAnswer(it).subarray(0, 11)),
    "is empty": (it) => it.reply(Buffer.alloc(0)),
    "ends in the question": (it) => it.reply(toAnswer(it).subarray(0, 17)),
  };

  test.each(Object.entries(lies))("is counted and asked over TCP when it %s", async (_, udp) => {
    await using resolver = await startScriptedResolver({ udp, tcp: answers });
    const forgeries: unknown[] = [];
    using upstream = upstreamTo([resolver.address], { onForgery: (it) => void forgeries.push(it) });

    const answer = await upstream.ask(question("a.test"));

    expect(addressesIn(messageOf(answer))).toEqual(["192.0.2.1"]);
    expect(upstream.counters.forgeriesSuspected).toBe(1);
    expect(forgeries).toEqual([
      {
        resolver: `127.0.0.1:${resolver.address.port}`,
        what: "a datagram came from its address that is no answer to what was asked",
      },
    ]);
  });

  test("closes the port it came to", async () => {
    let lied = false;
    await using resolver = await startScriptedResolver({
      udp: (it) => {
        if (lied) return it.reply(toAnswer(it));
        lied = true;
        it.reply(Buffer.alloc(20));
      },
      tcp: answers,
    });
    using upstream = upstreamTo([resolver.address], {
      bounds: { ...UPSTREAM_BOUNDS, socketsPerResolver: 1 },
    });

    await upstream.ask(question("a.test"));
    await upstream.ask(question("b.test"));

    const ports = resolver.queries.filter((it) => it.transport === "udp").map((it) => it.port);
    expect(new Set(ports).size).toBe(2);
  });

  test("is not heard when it comes from another address", async () => {
    await using stranger = await startScriptedResolver({ ip: "127.0.0.2" });
    await using resolver = await startScriptedResolver({
      udp: (it) => {
        const udp = createSocket("udp4");
        udp.send(toAnswer(it, "192.0.2.66"), it.port, "127.0.0.1", () => {
          udp.close();
          it.reply(toAnswer(it));
        });
      },
    });
    using upstream = upstreamTo([resolver.address]);

    expect(addressesIn(messageOf(await upstream.ask(question("a.test"))))).toEqual(["192.0.2.1"]);
    expect(upstream.counters.forgeriesSuspected).toBe(0);
    expect(stranger.queries).toEqual([]);
  });

  test("is a failure with its reason where there is no TCP", async () => {
    await using resolver = await startScriptedResolver({ udp: (it) => it.reply(Buffer.alloc(20)) });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question("a.test"))).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/in its name that were no answers, and over TCP it refused/),
    });
  });

  test("is not seen in an answer that comes twice, or late", async () => {
    let late: (() => void) | undefined;
    await using first = await startScriptedResolver({
      udp: (it) => {
        if (late === undefined) late = () => it.reply(toAnswer(it));
        else it.reply(toAnswer(it));
      },
    });
    await using second = await startScriptedResolver({
      udp: (it) => {
        it.reply(toAnswer(it));
        it.reply(toAnswer(it));
      },
    });
    const bounds = { ...UPSTREAM_BOUNDS, socketsPerResolver: 1 };
    using upstream = upstreamTo([first.address, second.address], { bounds, downMs: 0 });

    await upstream.ask(question("a.test"));
    late?.();
    await upstream.ask(question("b.test"));

    expect(upstream.counters.forgeriesSuspected).toBe(0);
  });
});

describe("the case of a name", () => {
  test("that a resolver does not keep costs one question over TCP", async () => {
    await using resolver = await startScriptedResolver({ udp: lowers, tcp: lowers });
    using upstream = upstreamTo([resolver.address]);

    for (const name of [LONG_NAME, `b.${LONG_NAME}`, `c.${LONG_NAME}`]) {
      expect(await upstream.ask(question(name))).toMatchObject({ status: "answered" });
    }

    expect(resolver.queries.filter((it) => it.transport === "tcp")).toHaveLength(1);
    expect(upstream.counters.forgeriesSuspected).toBe(0);
  });

  test("is given up for a resolver that does not keep it and has no TCP", async () => {
    await using resolver = await startScriptedResolver({ udp: lowers });
    using upstream = upstreamTo([resolver.address]);

    expect(await upstream.ask(question(LONG_NAME))).toMatchObject({ status: "answered" });
    expect(resolver.queries.at(-1)?.name).toBe(LONG_NAME);
  });

  test("is given up where TCP to such a resolver leads nowhere", async () => {
    await using resolver = await startScriptedResolver({ udp: lowers, tcp: silent });
    using upstream = upstreamTo([resolver.address]);

    const first = await upstream.ask(question(LONG_NAME));
    const second = await upstream.ask(question(`b.${LONG_NAME}`));

    expect([first.status, second.status]).toEqual(["answered", "answered"]);
    const overTcp = resolver.queries.filter((it) => it.transport === "tcp");
    expect(overTcp.filter(({ name }) => name.toLowerCase().startsWith("b."))).toEqual([]);
  });

  test("exposes a forger who could not see it", async () => {
    await using resolver = await startScriptedResolver({ udp: lowers, tcp: answers });
    using upstream = upstreamTo([resolver.address]);

    const answer = await upstream.ask(question(LONG_NAME));

    expect(addressesIn(messageOf(answer))).toEqual(["192.0.2.1"]);
    expect(upstream.counters.forgeriesSuspected).toBe(1);
  });
});

describe("a resolver that cannot read EDNS", () => {
  const refusals: Record<string, Script> = {
    "answers FORMERR": (it) => it.reply(toErrorAnswer(it, FORMERR)),
    "answers NOTIMP": (it) => it.reply(toErrorAnswer(it, NOTIMP)),
    "answers FORMERR without the question": (it) =>
      it.reply(toErrorAnswer({ ...it, packet: { ...it.packet, questions: [] } }, FORMERR)),
  };

  test.each(Object.entries(refusals))(
    "and %s is asked without it, then and later",
    async (_, refuse) => {
      await using resolver = await startScriptedResolver({
        udp: (it) => (it.hasEdns ? refuse(it) : it.reply(toAnswer(it))),
      });
      using upstream = upstreamTo([resolver.address]);

      for (const name of ["a.test", "b.test"]) {
        expect(addressesIn(messageOf(await upstream.ask(question(name))))).toEqual(["192.0.2.1"]);
      }

      expect(resolver.queries.map((it) => it.hasEdns)).toEqual([true, false, false]);
      expect(upstream.counters.forgeriesSuspected).toBe(0);
    },
  );
});

describe("a connection", () => {
  test("carries many questions at once, answered in any order", async () => {
    const held: (() => void)[] = [];
    await using resolver = await startScriptedResolver({
      tcp: (it) => {
        held.unshift(() => it.reply(toAnswer(it, `192.0.2.${it.name.length}`)));
        if (held.length === 10) for (const reply of held) reply();
      },
    });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true });

    const names = Array.from({ length: 10 }, (_, index) => "a".repeat(index + 1));
    const answered = await Promise.all(names.map((name) => upstream.ask(question(name))));

    expect(answered.flatMap((it) => addressesIn(messageOf(it)))).toEqual(
      names.map((name) => `192.0.2.${name.length}`),
    );
    expect(resolver.connections).toBe(1);
  });

  test("may bring an answer byte by byte", async () => {
    await using resolver = await startScriptedResolver({
      tcp: (it) => {
        const bytes = [...toTestFrame(toAnswer(it))];
        const next = (): void => {
          const byte = bytes.shift();
          if (byte === undefined) return;
          it.raw(Buffer.of(byte));
          setImmediate(next);
        };
        next();
      },
    });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true });

    expect(await upstream.ask(question("a.test"))).toMatchObject({ status: "answered" });
  });

  test("that the resolver has closed is replaced, and the question asked again", async () => {
    await using resolver = await startScriptedResolver({
      tcp: (it) => {
        if (it.name.toLowerCase() === "b.test" && it.connection === 1) return it.hangUp();
        it.reply(toAnswer(it));
      },
    });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true, nextServerMs: 60_000 });

    for (const name of ["a.test", "b.test"]) {
      expect(await upstream.ask(question(name))).toMatchObject({ status: "answered" });
    }

    expect(resolver.connections).toBe(2);
  });

  test("that has gone silent is replaced", async () => {
    await using resolver = await startScriptedResolver({
      tcp: (it) => (it.connection === 1 ? undefined : it.reply(toAnswer(it))),
    });
    const isTcpOnly = true;
    using upstream = upstreamTo([resolver.address], { isTcpOnly, totalMs: 400, nextServerMs: 150 });

    expect(await upstream.ask(question("a.test"))).toMatchObject({ status: "failed" });
    expect(await upstream.ask(question("b.test"))).toMatchObject({ status: "answered" });
  });

  test("that is closed before any answer is a failure with its reason", async () => {
    await using resolver = await startScriptedResolver({ tcp: (it) => it.hangUp() });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true });

    expect(await upstream.ask(question("a.test"))).toMatchObject({
      reason: `127.0.0.1:${resolver.address.port} broke off the connection`,
    });
  });

  test("over which nonsense comes is a failure with its reason", async () => {
    await using resolver = await startScriptedResolver({
      tcp: (it) => it.reply(toAnswer(it, "192.0.2.66", { id: (it.packet.id ?? 0) ^ 1 })),
    });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true });

    expect(await upstream.ask(question("a.test"))).toMatchObject({
      reason: `127.0.0.1:${resolver.address.port} sent something over TCP that is no answer to what was asked`,
    });
  });

  test("that nobody needs is closed after a while", async () => {
    await using resolver = await startScriptedResolver({ tcp: answers });
    using upstream = upstreamTo([resolver.address], { isTcpOnly: true, tcpIdleMs: 1 });

    await upstream.ask(question("a.test"));
    await expect
      .poll(async () => {
        await upstream.ask(question("b.test"));
        return resolver.connections;
      })
      .toBeGreaterThan(1);
  });
});

const LONG_NAME = "so-many-letters-that-all-in-lower-case.would-be-a-very-rare-chance.test";

interface Changes {
  readonly bounds?: typeof UPSTREAM_BOUNDS;
  readonly nextServerMs?: number;
  readonly totalMs?: number;
  readonly downMs?: number;
  readonly tcpIdleMs?: number;
  readonly isTcpOnly?: boolean;
  readonly onForgery?: (forgery: unknown) => void;
}

function upstreamTo(resolvers: readonly ResolverAddress[], changes: Changes = {}) {
  const {
    bounds = UPSTREAM_BOUNDS,
    isTcpOnly = false,
    onForgery = () => undefined,
    ...times
  } = changes;
  const timeouts = { ...TEST_TIMEOUTS, ...times };
  return createDnsUpstream({ resolvers, mark: null, timeouts, bounds, isTcpOnly, onForgery });
}

function question(name: string): UpstreamQuestion {
  return { name, type: 1, class: 1, dnssec: false, checkingDisabled: false };
}

function messageOf(answer: UpstreamAnswer): Buffer {
  if (answer.status === "failed") throw new Error(answer.reason);
  return Buffer.from(answer.message);
}

function rcodeOf(answer: UpstreamAnswer): unknown {
  return Reflect.get(dnsPacket.decode(messageOf(answer)), "rcode");
}

/** The question turned into an empty answer, byte by byte. */
function toBareEcho(bytes: Buffer): Buffer {
  return withByte(bytes, 2, 0x81);
}

function lowered(bytes: Buffer): Buffer {
  const text = toBareEcho(bytes).subarray(12, -11).toString("latin1").toLowerCase();
  return Buffer.concat([
    toBareEcho(bytes).subarray(0, 12),
    Buffer.from(text, "latin1"),
    bytes.subarray(-11),
  ]);
}

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

function fail(): never {
  throw new Error("nothing arrived");
}
