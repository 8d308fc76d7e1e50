/**
 * The life of one connection through the gate.
 *
 * 1. The hello is read, and nobody connected to before it is judged.
 * 2. It goes to the destination as it came. What follows it waits for the server's first words: a server that asks for a
 *    second hello (HelloRetryRequest) takes the name out of that one, and a client could send it before it was asked.
 * 3. The second hello, if any, has to say the same name.
 * 4. From then on bytes pass both ways, as fast as the slower end takes them, for as long as both ends like.
 */
import type { Socket } from "node:net";

import type { OpenedSocket } from "../marked-socket.ts";
import { createByteGatherer } from "./byte-gatherer.ts";
import { checkHello, type HelloSeen } from "./check-hello.ts";
import { createClientHelloReader } from "./client-hello.ts";
import { cutWithAlert, cutWithReset } from "./cut-connection.ts";
import { HANDSHAKE } from "./handshake-reader.ts";
import { joinFates } from "./join-sockets.ts";
import type { SocketAddress } from "./original-destination.ts";
import { readBytes } from "./read-bytes.ts";
import { createServerAnswerReader } from "./server-answer.ts";
import type { SniJudge } from "./sni-check.ts";

export interface RelayOptions extends SniJudge {
  /** A socket that stays open for writing when the other end has ended (`allowHalfOpen`), connected or about to be. */
  readonly connect: (destination: SocketAddress) => OpenedSocket<Socket>;
  readonly maxHelloBytes: number;
  readonly helloTimeoutMs: number;
}

/** `unconnected`: nothing could be opened to connect with. */
export type RelayOutcome = "passed" | "cut" | "gone" | "unconnected";

interface Connection {
  readonly client: Socket;
  readonly ends: { readonly client: SocketAddress; readonly destination: SocketAddress };
}

/** Resolves when the connection is passing, or not to be. Never rejects. */
export async function relay(
  options: RelayOptions,
  { client, ends }: Connection,
): Promise<RelayOutcome> {
  const first = await readHello(client, options, false);
  if (first === undefined || client.destroyed) return "gone";
  if (!checkHello(options, ends, first.seen)) return cut(client, first.seen);

  const opened = options.connect(ends.destination);
  if (opened.status === "failed") {
    cutWithReset(client);
    return "unconnected";
  }
  const server = opened.socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  joinFates(client, server);
  server.write(first.bytes);
  server.pipe(client);
  const isJudged = await isSecondJudged(options, { client, ends }, { server, first });
  if (!isJudged) return "cut";
  client.pipe(server);
  return "passed";
}

/** Ends nothing that lives: it finds out that a server is gone where the client no longer asks, to give its place away. */
const KEEP_ALIVE_MS = 60_000;

interface HelloRead {
  readonly seen: HelloSeen;
  /** All that was read and not given back. */
  readonly bytes: Buffer;
}

/** Undefined: the client is gone. */
async function readHello(
  client: Socket,
  { maxHelloBytes, helloTimeoutMs }: RelayOptions,
  isSecond: boolean,
): Promise<HelloRead | undefined> {
  const reader = createClientHelloReader({ maxBytes: maxHelloBytes, isSecond });
  const read = createByteGatherer();
  const outcome = await readBytes<HelloSeen>(client, {
    timeoutMs: helloTimeoutMs,
    take(bytes) {
      const progress = reader.push(bytes);
      const restBytes = progress.status === "read" ? progress.rest.length : 0;
      read.add(bytes.subarray(0, bytes.length - restBytes));
      if (progress.status === "more") return undefined;
      if (progress.status === "read") {
        return { result: { hello: progress.hello }, rest: progress.rest };
      }
      const { problem } = progress;
      return { result: { problem, isTls: isTls(read.bytes()) }, rest: NOTHING };
    },
  });
  if (outcome.status === "failed") return undefined;
  const bytes = read.bytes();
  if (outcome.status === "taken") return { seen: outcome.result, bytes };
  const problem = outcome.status === "late" ? "no hello came in time" : "the hello breaks off";
  return { seen: { problem, isTls: isTls(bytes) }, bytes };
}

const NOTHING = Buffer.alloc(0);

function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE;
}

interface Begun {
  readonly server: Socket;
  readonly first: HelloRead;
}

/** Waits for the server's first words, and for the second hello where it asks for one. False: cut. */
async function isSecondJudged(
  options: RelayOptions,
  { client, ends }: Connection,
  { server, first }: Begun,
): Promise<boolean> {
  // What was no hello passes in audit mode alone, and there is nothing to wait for.
  if (!("hello" in first.seen) || !(await asksAgain(server))) return true;
  const second = await readHello(client, options, true);
  if (second === undefined) return false;
  const isSame = "hello" in second.seen && isSameName(first.seen.hello, second.seen.hello);
  if (!isSame && !checkHello(options, ends, toDifference(second.seen))) {
    server.unpipe(client);
    server.resetAndDestroy();
    return false;
  }
  server.write(second.bytes);
  return true;
}

type Hello = Extract<HelloSeen, { hello: unknown }>["hello"];

function isSameName(one: Hello, other: Hello): boolean {
  return one.serverName === other.serverName && one.hasEch === other.hasEch;
}

function toDifference(seen: HelloSeen): HelloSeen {
  if ("problem" in seen) return seen;
  return { problem: "the second hello has another server name", isTls: true };
}

/** Looks on while the server's words go to the client; a server that is gone asks for nothing. */
function asksAgain(server: Socket): Promise<boolean> {
  const reader = createServerAnswerReader();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const finish = (isAsked: boolean): void => {
    server.off("data", onData).off("end", onGone).off("close", onGone);
    resolve(isAsked);
  };
  const onGone = (): void => finish(false);
  const onData = (bytes: Buffer): void => {
    const answer = reader.push(bytes);
    if (answer !== "more") finish(answer === "retry");
  };
  server.on("data", onData).on("end", onGone).on("close", onGone);
  return promise;
}

function cut(client: Socket, seen: HelloSeen): "cut" {
  if ("hello" in seen || seen.isTls) cutWithAlert(client);
  else cutWithReset(client);
  return "cut";
}
