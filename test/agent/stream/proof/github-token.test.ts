/** Where a runner is asked for GitHub's token, by a real server that answers as it likes. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { toGithubProof } from "../../../../agent/commands/guarding/github-proof.ts";
import { toPodProof } from "../../../../agent/commands/guarding/pod-proof.ts";
import { createGithubToken } from "../../../../agent/stream/proof/github-token.ts";

const JWT = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
const RUN = { runId: "0b8f3c6e-5f1c-4ad5-9d3a-2f1f4f6f7a11", uploadKey: "ab".repeat(32) };
const SIGNAL = new AbortController().signal;

let server: Server;
let asked = 0;
let answer: { readonly status: number; readonly body: string };
let shown: string[] = [];

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    response.on("error", () => undefined);
    response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [asked, shown] = [0, []];
  answer = { status: 200, body: JSON.stringify({ value: JWT }) };
});

test("a token is asked for when a run begins, masked before it is shown, and kept for another try", async () => {
  const proof = open();

  expect([await proof(undefined, SIGNAL), await proof(undefined, SIGNAL)]).toEqual([JWT, JWT]);
  expect([asked, shown]).toEqual([1, [JWT]]);
});

test("two runs begin with a token each", async () => {
  await open()(undefined, SIGNAL);
  await open()(undefined, SIGNAL);

  expect(asked).toBe(2);
});

test("what has begun needs nobody's word any more, and has a token of its own", async () => {
  const token = await open()(RUN, SIGNAL);
  const other = await open()({ ...RUN, uploadKey: "cd".repeat(32) }, SIGNAL);

  expect(token).toMatch(new RegExp(`^rgrun\\.${RUN.runId}\\.[0-9a-f]{64}$`));
  expect([token === other, token.includes(RUN.uploadKey), asked]).toEqual([false, false, 0]);
});

test("one that may have expired is asked for anew", async () => {
  let time = 0;
  const send = async () => {
    asked += 1;
    const body = JSON.stringify({ value: JWT });
    return { status: "answered", code: 200, body, retryAfterMs: undefined } as const;
  };
  const ask = createGithubToken({
    transport: { send },
    path: "token",
    audience: "x",
    onToken: () => undefined,
    uptime: () => time,
  });
  await ask(SIGNAL);
  time += 120_000;
  await ask(SIGNAL);

  expect(asked).toBe(2);
});

test.each<[string, number, string]>([
  ["refuses", 403, "{}"],
  ["answers with no token", 200, '{"value":"a b"}'],
  ["answers with something else", 200, "<html>"],
  ["answers without end", 200, "x".repeat(100_000)],
])(
  "a runner that %s makes the start fail with the reason, and nothing is shown",
  async (_, status, body) => {
    answer = { status, body };

    await expect(open()(undefined, SIGNAL)).rejects.toThrow("GitHub gave no token for this job");
    expect(shown).toEqual([]);
  },
);

test.each<[string, string | undefined, string | undefined]>([
  ["without an address", undefined, "token"],
  ["without a token", "https://runner.test/", undefined],
  ["with a token of two lines", "https://runner.test/", "a\r\nb: c"],
  ["by a way that others can listen in to", "http://runner.test/", "token"],
  ["at what is no address", "runner", "token"],
])("asking %s starts nothing", (_, url, token) => {
  expect(() => toGithubProof({ url, token, audience: "x", onToken: () => undefined })).toThrow(
    "--collector-auth github-oidc",
  );
});

test("a pod's token is read anew each time, since Kubernetes writes it anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "guard-"));
  const path = join(folder, "token");
  writeFileSync(path, "first\n");
  const proof = toPodProof(path, (token) => shown.push(token))(connectPlainly);
  writeFileSync(path, "second\n");

  expect(await proof(undefined, SIGNAL)).toBe("second");
  expect(shown).toEqual(["first", "second"]);
  rmSync(folder, { recursive: true });
});

function open() {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}/token?api-version=2.0`;
  return toGithubProof({ url, token: "runners-own", audience: "x", onToken: note })(connectPlainly);
}

function note(token: string): void {
  shown.push(token);
}

async function connectPlainly(host: string, port: number): Promise<Socket> {
  const socket = connect(port, host);
  await once(socket, "connect");
  return socket;
}
