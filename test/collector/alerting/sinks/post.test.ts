import { once } from "node:events";
import { createServer, type Server } from "node:net";

import { describe, expect, test } from "vitest";

import { type Post, post, toOutcome } from "../../../../collector/alerting/sinks/post.ts";
import { type AnswerRequest, startHttp, startTls } from "./support/http-stand-in.ts";

const SECRET = ["se", "cret-of-the-operator"].join("");
const NEVER = new AbortController().signal;

describe("what was posted", () => {
  test("arrives over TLS with its body, type and headers", async () => {
    await using server = await startTls((_, response) => response.writeHead(202).end("taken"));

    const result = await post({
      ...toPost(`${server.address}/in?a=1`),
      body: "grüße",
      headers: { authorization: `Bearer ${SECRET}` },
      authorities: server.authorities,
    });

    expect(result).toMatchObject({ status: "answered", code: 202, body: "taken" });
    expect(server.received).toMatchObject([
      {
        method: "POST",
        path: "/in?a=1",
        body: "grüße",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${SECRET}`,
          "content-length": "7",
        },
      },
    ]);
  });

  test("arrives by a name, too", async () => {
    await using server = await startHttp((_, response) => response.end());
    const { port } = new URL(server.address);

    expect(toOutcome(await post(toPost(`http://localhost:${port}/`)))).toEqual({
      status: "delivered",
    });
  });

  test("reaches nobody whose certificate is not trusted", async () => {
    await using server = await startTls((_, response) => response.end());

    const outcome = toOutcome(await post(toPost(server.address)));

    expect(outcome).toMatchObject({ status: "retryable" });
    expect(outcome).toHaveProperty("reason", expect.stringContaining("SELF_SIGNED"));
    expect(server.received).toEqual([]);
  });

  test("goes nowhere else when the other end redirects", async () => {
    await using elsewhere = await startHttp((_, response) => response.end());
    await using server = await startHttp((_, response) =>
      response.writeHead(307, { location: elsewhere.address }).end(),
    );

    expect(toOutcome(await post(toPost(server.address)))).toEqual({
      status: "refused",
      reason: expect.stringMatching(/answered 307; redirections are not followed$/),
    });
    expect(elsewhere.received).toEqual([]);
  });
});

describe("what an answer means", () => {
  test.each([
    [200, "delivered"],
    [204, "delivered"],
    [301, "refused"],
    [400, "refused"],
    [401, "refused"],
    [404, "refused"],
    [408, "retryable"],
    [410, "refused"],
    [413, "refused"],
    [425, "retryable"],
    [429, "retryable"],
    [500, "retryable"],
    [503, "retryable"],
  ])("%i: %s", async (code, status) => {
    expect(await outcomeOf((_, response) => response.writeHead(code).end())).toHaveProperty(
      "status",
      status,
    );
  });

  test("when to come again is taken over from whoever is busy", async () => {
    expect(await outcomeOf(busy(429, "30"))).toMatchObject({ retryAfterMs: 30_000 });
    expect(await outcomeOf(busy(503, "31536000"))).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(await outcomeOf(busy(429, "soon"))).toMatchObject({ retryAfterMs: undefined });
  });

  test("it counts although its body never ends", async () => {
    const result = await postTo((_, response) => void response.write("x"), { timeoutMs: 300 });

    expect(toOutcome(result)).toEqual({ status: "delivered" });
  });

  test("no more of its body is kept than 64 KiB", async () => {
    const result = await postTo((_, response) => response.end("x".repeat(5_000_000)));

    expect(result).toHaveProperty("body.length", 65_536);
  });
});

describe("where nobody answers, it is tried again", () => {
  test("after the time for it", async () => {
    expect(await outcomeOf(() => undefined, { timeoutMs: 200 })).toEqual({
      status: "retryable",
      reason: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer within 0\.2 s$/),
    });
  });

  test("after the attempt was ended from outside", async () => {
    const end = new AbortController();

    const outcome = await outcomeOf(() => end.abort(), { signal: end.signal });

    expect(outcome).toMatchObject({
      status: "retryable",
      reason: expect.stringContaining("was ended"),
    });
  });

  test("without having begun when it was ended before", async () => {
    await using server = await startHttp((_, response) => response.end());

    const result = await post({ ...toPost(server.address), signal: AbortSignal.abort() });

    expect(toOutcome(result)).toHaveProperty("status", "retryable");
    expect(server.received).toEqual([]);
  });

  test.each([
    ["hangs up", ""],
    ["speaks no HTTP", "SSH-2.0-OpenSSH\r\n"],
    ["changes the protocol", "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"],
  ])("when the other end %s", async (_, said) => {
    const server = createServer((socket) => socket.once("data", () => socket.end(said)));
    const address = await listen(server);

    const outcome = toOutcome(await post({ ...toPost(address), timeoutMs: 500 }));
    server.close();

    expect(outcome).toMatchObject({ status: "retryable" });
  });

  test("when nothing listens there", async () => {
    const server = createServer();
    const address = await listen(server);
    server.close();
    await once(server, "close");

    expect(toOutcome(await post(toPost(address)))).toEqual({
      status: "retryable",
      reason: `${new URL(address).host} could not be asked: ECONNREFUSED`,
    });
  });
});

test("no reason holds a secret of the address, the headers or the body", async () => {
  const secrets = { body: SECRET, headers: { authorization: SECRET } };
  await using server = await startHttp((_, response) => response.writeHead(403).end(SECRET));
  const refused = await post({
    ...toPost(`${server.address}/${SECRET}?sig=${SECRET}`),
    ...secrets,
  });
  const unknown = await post({ ...toPost(`https://nobody.invalid/${SECRET}`), ...secrets });
  const impossible = await post({
    ...toPost(server.address),
    headers: { authorization: `${SECRET}\n` },
  });

  const outcomes = [refused, unknown, impossible].map((result) => toOutcome(result));

  expect(outcomes.map(({ status }) => status)).toEqual(["refused", "retryable", "retryable"]);
  expect(JSON.stringify(outcomes)).not.toContain(SECRET);
});

function busy(code: number, retryAfter: string): AnswerRequest {
  return (_, response) => response.writeHead(code, { "retry-after": retryAfter }).end();
}

async function outcomeOf(
  answer: AnswerRequest,
  options: Partial<Post> = {},
): Promise<ReturnType<typeof toOutcome>> {
  return toOutcome(await postTo(answer, options));
}

async function postTo(answer: AnswerRequest, options: Partial<Post> = {}): ReturnType<typeof post> {
  await using server = await startHttp(answer);
  return await post({ ...toPost(server.address), ...options });
}

function toPost(address: string): Post {
  return { url: new URL(address), body: "{}", contentType: "application/json", signal: NEVER };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}
