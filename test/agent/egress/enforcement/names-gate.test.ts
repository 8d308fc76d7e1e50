import { createSocket } from "node:dgram";

import { expect, test } from "vitest";

import { createAddressBook } from "../../../../agent/egress/address-book.ts";
import type { ConfiguredResolvers } from "../../../../agent/egress/dns/configured-resolvers.ts";
import type { GateQuery } from "../../../../agent/egress/dns/dns-gate-options.ts";
import { createCurrentPolicy } from "../../../../agent/egress/enforcement/current-policy.ts";
import { startNamesGate } from "../../../../agent/egress/enforcement/names-gate.ts";
import { createOpener } from "../../../../agent/egress/enforcement/opener.ts";
import { parseHostsFile } from "../../../../agent/egress/hosts-file.ts";
import { createNameAliases } from "../../../../agent/egress/name-aliases.ts";
import { egressPolicySchema } from "../../../../protocol/index.ts";
import { dig, question } from "../dns/gate-under-test.ts";
import {
  type Script,
  type ScriptedQuery,
  startScriptedResolver,
  toAnswer,
} from "../dns/scripted-resolver.ts";

const ECH_KEYS = "abcdef";
/** SVCB parameters: alpn h2, and the keys that hide a server's name (RFC 9460 §2.2). */
const SERVICE = Buffer.from(`0001000001000302683200050003${ECH_KEYS}`, "hex");
const HEADER_BYTES = 12;
const RESOLVERS = {
  status: "found",
  resolvers: [],
  asked: [],
  searchDomains: [],
  isTcpOnly: false,
  loopbackOwner: undefined,
  notes: [],
} satisfies ConfiguredResolvers;

test("a gate that is told to block refuses names by way of a denied one, as one that blocked from the start", async () => {
  await using it = await startGate((query) =>
    query.reply(
      toAnswer(query, "", {
        answers: [
          { type: "CNAME", name: query.name, ttl: 60, data: "bad.example" },
          { type: "A", name: "bad.example", ttl: 60, data: "192.0.2.7" },
        ],
      }),
    ),
  );
  expect((await dig(it.port, "one.example")).status).toBe("NOERROR");

  it.policy.tighten({ mode: "block" });

  expect((await dig(it.port, "one.example")).status).toBe("NXDOMAIN");
  expect((await dig(it.port, "two.example")).status).toBe("NXDOMAIN");
  expect((await dig(it.port, "no%host.example")).text).toContain("not-a-host-name");
});

test("a gate that is told to check server names takes their keys out, also of answers that it has given before", async () => {
  await using it = await startGate((query) => query.reply(toServiceAnswer(query)));
  expect(await askForService(it.port, "one.example")).toContain(ECH_KEYS);

  it.policy.tighten({ mode: "block", sni: "verify" });

  expect(await askForService(it.port, "one.example")).not.toContain(ECH_KEYS);
  expect(await askForService(it.port, "two.example")).not.toContain(ECH_KEYS);
});

test("a question that waits when the gate ends is told of as failed", async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using it = await startGate(() => resolve());
  const client = createSocket("udp4").unref();
  client.send(question("one.example"), it.port, "127.0.0.1");
  await asked;

  await it.end();

  expect(it.reported).toMatchObject([{ name: "one.example", outcome: "failed" }]);
  client.close();
});

/** Of a policy in audit mode, with a resolver behind it that does as the script says. */
async function startGate(script: Script) {
  await using stack = new AsyncDisposableStack();
  const reported: GateQuery[] = [];
  const resolver = stack.use(await startScriptedResolver({ udp: script }));
  const policy = createCurrentPolicy({
    policy: {
      egress: egressPolicySchema.parse({ dns: "any", allow: ["*:*"], deny: ["bad.example"] }),
    },
    mode: "audit",
    builtIn: [],
    hosts: parseHostsFile("", { maxLength: 1, maxAddresses: 1, maxNamesPerAddress: 1 }),
    searchDomains: [],
  });
  const start = await startNamesGate({
    resolvers: { ...RESOLVERS, resolvers: [resolver.address] },
    mark: null,
    listen: [{ ip: "127.0.0.1", port: 0 }],
    policy,
    opener: createOpener({
      policy,
      book: createAddressBook({ maxAddresses: 10, maxNamesPerAddress: 10 }),
      aliases: createNameAliases({ maxAliases: 10, maxOriginsPerAlias: 10 }),
      filter: null,
    }),
    report: (query) => reported.push(query),
    onFailure: () => undefined,
  });
  if (start.status === "failed") throw new Error(start.reason);
  const { gate } = start;
  stack.use(gate);
  const owned = stack.move();
  return {
    policy,
    reported,
    port: gate.ports.ipv4 ?? 0,
    end: () => gate[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The answer, with its data in hexadecimal. */
async function askForService(port: number, name: string): Promise<string> {
  const { text } = await dig(port, name, "TYPE65", "+unknownformat");
  expect(text).toContain("ANSWER: 1,");
  return text.toLowerCase();
}

/** By hand: dns-packet knows no HTTPS records. */
function toServiceAnswer({ bytes, name }: ScriptedQuery): Buffer {
  const questionEnd = HEADER_BYTES + name.length + 6;
  const message = Buffer.from(bytes.subarray(0, questionEnd));
  // An answer, with one question, one record and nothing else.
  message.write("81800001000100000000", 2, "hex");
  const record = Buffer.from("c00c004100010000003c0000", "hex");
  record.writeUInt16BE(SERVICE.length, record.length - 2);
  return Buffer.concat([message, record, SERVICE]);
}
