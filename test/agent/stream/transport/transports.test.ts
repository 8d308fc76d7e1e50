/** What stands between the guard and a collector: servers that are slow, busy, broken, or somebody else. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { createFailoverTransport } from "../../../../agent/stream/transport/failover-transport.ts";
import { createRetryingTransport } from "../../../../agent/stream/transport/retrying-transport.ts";
import type { Transport } from "../../../../agent/stream/transport/transport.ts";
import { openTestTransport } from "../support/open-test-stream.ts";

const REQUEST = { method: "POST", path: "v1/runs", headers: {}, body: Buffer.from("{}") } as const;
const TOKEN = "0123456789abcdef";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Answers with these statuses in turn, the last one for ever. */
function inTurn(statuses: readonly number[], headers: Record<string, string> = {}) {
  const asked: number[] = [];
  const listener: RequestListener = (request, response) => {
    const status = statuses[Math.min(asked.length, statuses.length - 1)] ?? 500;
    asked.push(performance.now());
    request.resume();
    response.writeHead(status, status === 429 ? headers : {}).end("{}");
  };
  return { asked, listener };
}

function patient(inner: Transport, onFailure: (reason: string) => void = () => undefined) {
  return createRetryingTransport(inner, {
    firstWaitMs: 5,
    maxWaitMs: 20,
    random: () => 0.5,
    onFailure,
  });
}

describe("a request", () => {
  test("carries the token, and is what it is", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      request.on("data", (chunk: Buffer) => {
        seen.push([request.method, request.url, request.headers.authorization, chunk.toString()]);
      });
      request.on("end", () => response.end("{}"));
    });
    using transport = openTestTransport(`${url}/prefix`, TOKEN);
    const reply = await transport.send(REQUEST, AbortSignal.timeout(20_000));

    expect(reply).toEqual({ status: "answered", code: 200, body: "{}", retryAfterMs: undefined });
    expect(seen).toEqual([["POST", "/prefix/v1/runs", `Bearer ${TOKEN}`, "{}"]]);
  });

  test("follows no way to elsewhere", async () => {
    const other = inTurn([200]);
    const otherUrl = await serve(other.listener);
    const url = await serve((_, response) => response.writeHead(307, { location: otherUrl }).end());
    using transport = openTestTransport(url, TOKEN);

    expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toMatchObject({ code: 307 });
    expect(other.asked).toEqual([]);
  });

  test.each<[string, RequestListener, string]>([
    ["says nothing", () => undefined, "does not answer in time"],
    ["breaks the connection", (request) => request.socket.destroy(), "socket hang up"],
    [
      "breaks off its answer",
      (_, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{", () => response.destroy());
      },
      "aborted",
    ],
    [
      "answers without end",
      (_, response) => {
        response.writeHead(200);
        response.end("x".repeat(200_000));
      },
      "no collector",
    ],
  ])("to a server that %s is unreachable", async (_, listener, reason) => {
    using transport = openTestTransport(await serve(listener), TOKEN);

    expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toEqual({
      status: "unreachable",
      reason: expect.stringContaining(reason),
    });
  });

  test("ends when nobody waits for it any more", async () => {
    using transport = patient(openTestTransport(await serve(() => undefined), TOKEN));

    expect(await transport.send(REQUEST, AbortSignal.timeout(50))).toMatchObject({
      status: "unreachable",
    });
  });
});

describe("patience", () => {
  test.each([429, 502, 503, 504])("tries again after %i", async (status) => {
    const { asked, listener } = inTurn([status, status, 200]);
    using transport = patient(openTestTransport(await serve(listener), TOKEN));

    expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toMatchObject({ code: 200 });
    expect(asked).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 409, 413, 500, 501])(
    "never tries again after %i",
    async (code) => {
      const { asked, listener } = inTurn([code, 200]);
      using transport = patient(openTestTransport(await serve(listener), TOKEN));

      expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toMatchObject({ code });
      expect(asked).toHaveLength(1);
    },
  );

  test("waits for as long as it is asked to", async () => {
    const { asked, listener } = inTurn([429, 200], { "retry-after": "1" });
    using transport = patient(openTestTransport(await serve(listener), TOKEN));
    await transport.send(REQUEST, AbortSignal.timeout(20_000));
    const [first = 0, second = 0] = asked;

    expect(second - first).toBeGreaterThanOrEqual(999);
  });

  test("of which no time is left tells what was wrong, and not that it is over", async () => {
    const ending = new AbortController();
    using transport = patient(openTestTransport("http://127.0.0.1:9", TOKEN), () =>
      setImmediate(() => ending.abort()),
    );

    expect(await transport.send(REQUEST, ending.signal)).toMatchObject({
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("without any time says so", async () => {
    using transport = patient(openTestTransport("http://127.0.0.1:9", TOKEN));

    expect(await transport.send(REQUEST, AbortSignal.abort())).toMatchObject({
      reason: "there was no time left for it to answer",
    });
  });

  test("is over with the time that there is", async () => {
    const { listener } = inTurn([503]);
    using transport = patient(openTestTransport(await serve(listener), TOKEN));

    expect(await transport.send(REQUEST, AbortSignal.timeout(100))).toBeDefined();
  });
});

describe("several addresses", () => {
  test("are tried in their order, and the one that works is kept", async () => {
    const away = inTurn([503]);
    const there = inTurn([200]);
    const taken: string[] = [];
    using transport = createFailoverTransport(
      [
        toAddress("nobody", "http://127.0.0.1:9"),
        toAddress("away", await serve(away.listener)),
        toAddress("there", await serve(there.listener)),
      ],
      (name) => taken.push(name),
    );
    for (let count = 0; count < 3; count += 1) {
      expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toMatchObject({
        code: 200,
      });
    }

    expect([away.asked.length, there.asked.length]).toEqual([1, 3]);
    expect(taken).toEqual(["there", "there", "there"]);
  });

  test("are no way round one that asks for patience", async () => {
    const busy = inTurn([429]);
    const other = inTurn([200]);
    using transport = createFailoverTransport([
      toAddress("busy", await serve(busy.listener)),
      toAddress("other", await serve(other.listener)),
    ]);

    expect(await transport.send(REQUEST, AbortSignal.timeout(20_000))).toMatchObject({ code: 429 });
    expect(other.asked).toEqual([]);
  });
});

function toAddress(name: string, url: string) {
  return { name, transport: openTestTransport(url, TOKEN) };
}

describe("over TLS", () => {
  test("one that speaks plain http is told by name", async () => {
    const port = await listen(createServer(inTurn([200]).listener));

    expect(await sendSecurely(port, undefined)).toEqual({
      status: "unreachable",
      reason: expect.stringContaining("speaks plain http at this port"),
    });
  });

  test("the one that the given authorities vouch for is spoken to, and no other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tls-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const own = makeCertificate(folder, "own", "IP:127.0.0.1");
    const other = makeCertificate(folder, "other", "IP:127.0.0.1");
    const misnamed = makeCertificate(folder, "misnamed", "DNS:collector.test");
    const { asked, listener } = inTurn([200]);
    const port = await listen(createSecureServer(own, listener));
    const wrongPort = await listen(createSecureServer(misnamed, listener));

    expect(await sendSecurely(port, own.cert)).toMatchObject({ status: "answered", code: 200 });
    expect(await sendSecurely(port, other.cert)).toMatchObject({
      reason: expect.stringMatching(/self.signed/),
    });
    expect(await sendSecurely(port, undefined)).toMatchObject({
      reason: expect.stringMatching(/self.signed/),
    });
    expect(await sendSecurely(wrongPort, misnamed.cert)).toMatchObject({
      reason: expect.stringContaining("127.0.0.1 is not in the cert's list"),
    });
    expect(asked).toHaveLength(1);
  });
});

async function sendSecurely(port: number, authorities: string | undefined) {
  using transport = openTestTransport(`https://127.0.0.1:${port}`, TOKEN, authorities);
  return await transport.send(REQUEST, AbortSignal.timeout(20_000));
}

function makeCertificate(folder: string, name: string, subject: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const request = ["req", "-x509", ...curve, "-keyout", key, "-out", cert, "-days", "2"];
  const named = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${subject}`];
  const { status, stderr } = spawnSync("openssl", [...request, ...named], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { key: readFileSync(key, "latin1"), cert: readFileSync(cert, "latin1") };
}
