/** A gate on loopback with an upstream that says what the test wants, and clients to ask it with. */
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { promisify } from "node:util";

import dnsPacket from "dns-packet";
import type { Answer, DecodedPacket, Packet } from "dns-packet";

import type { DnsGateOptions, GateQuery } from "../../../../agent/egress/dns/dns-gate-options.ts";
import { startDnsGate } from "../../../../agent/egress/dns/dns-gate.ts";
import type { DnsGate } from "../../../../agent/egress/dns/dns-gate.ts";
import type {
  DnsUpstream,
  UpstreamAnswer,
  UpstreamQuestion,
} from "../../../../agent/egress/dns/dns-upstream.ts";
import type { LearnedAnswer } from "../../../../agent/egress/dns/learned-answer.ts";

export interface GateUnderTest extends AsyncDisposable {
  readonly gate: DnsGate;
  readonly port: number;
  readonly asked: UpstreamQuestion[];
  readonly opened: LearnedAnswer[];
  readonly reported: GateQuery[];
  readonly failures: string[];
}

type Answering = (question: UpstreamQuestion) => UpstreamAnswer | Promise<UpstreamAnswer>;

export interface TestSetting extends Partial<DnsGateOptions> {
  readonly answer?: Answering;
}

/** Allows everything but what begins with `refused`. */
export async function startTestGate(setting: TestSetting = {}): Promise<GateUnderTest> {
  const { answer = answering([]), ...options } = setting;
  const asked: UpstreamQuestion[] = [];
  const opened: LearnedAnswer[] = [];
  const reported: GateQuery[] = [];
  const failures: string[] = [];
  const upstream: DnsUpstream = {
    async ask(asking) {
      asked.push(asking);
      return answer(asking);
    },
    [Symbol.dispose]() {},
  };
  const started = await startDnsGate({
    listen: [{ ip: "127.0.0.1", port: 0 }],
    upstream,
    decide: (name) =>
      name.startsWith("refused")
        ? { isAnswered: false, verdict: "blocked", rule: "default" }
        : { isAnswered: true, verdict: "allowed", rule: `egress.allow: ${name}` },
    isDenied: () => false,
    refuses: () => true,
    stripsEch: () => false,
    open: (learned) => {
      opened.push(learned);
      return "opened";
    },
    report: (query) => reported.push(query),
    onFailure: (reason) => failures.push(reason),
    ...options,
  });
  if (started.status === "failed") throw new Error(started.reason);
  const { gate } = started;
  const port = gate.ports.ipv4 ?? 0;
  const dispose = () => gate[Symbol.asyncDispose]();
  return { gate, port, asked, opened, reported, failures, [Symbol.asyncDispose]: dispose };
}

/** An upstream that gives these records whatever is asked. */
export function answering(answers: readonly Answer[], rest: Partial<Packet> = {}): Answering {
  return ({ name, type }) => answered({ name, type }, { answers: [...answers], ...rest });
}

export function answered(
  { name, type }: { name: string; type: number },
  packet: Partial<Packet>,
): UpstreamAnswer {
  const message = dnsPacket.encode({
    type: "response",
    id: 1,
    ...packet,
    questions: [{ name, type: "A" }],
  });
  // dns-packet takes types by name, and does not know all of them.
  const typeAt = 12 + (name === "" ? 1 : name.length + 2);
  message.writeUInt16BE(type, typeAt);
  return { status: "answered", message };
}

interface DigResult {
  readonly text: string;
  readonly status: string;
}

/** `dig`, once, with the given words behind its server and port. */
export async function dig(port: number, ...words: string[]): Promise<DigResult> {
  const args = ["@127.0.0.1", "-p", String(port), "+tries=1", "+time=5", ...words];
  const { stdout } = await promisify(execFile)("dig", args).catch(
    (error: { stdout: string }) => error,
  );
  return { text: stdout, status: /status: (\w+)/.exec(stdout)?.[1] ?? "none" };
}

/** A question with recursion desired, its type by number. */
export function question(name: string, type = 1, id = 7): Buffer {
  const message = dnsPacket.encode({
    type: "query",
    id,
    flags: 256,
    questions: [{ name, type: "A" }],
  });
  message.writeUInt16BE(type, message.length - 4);
  return message;
}

/**
 * Sends the messages over UDP, and a good question behind them. What was answered by the time that its answer came is all
 * that is answered, for the gate takes messages in their order.
 */
export async function askUdp(port: number, ...messages: Buffer[]): Promise<Buffer[]> {
  const last = question("localhost", 1, 0xfffe);
  const socket = createSocket("udp4");
  const replies: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error("no answer within 5 s")), 5_000);
    socket.on("message", (reply) => {
      if (reply.readUInt16BE(0) !== 0xfffe) {
        replies.push(reply);
        return;
      }
      clearTimeout(deadline);
      socket.close(() => resolve(replies));
    });
    for (const message of [...messages, last]) socket.send(message, port, "127.0.0.1");
  });
}

export function withLength(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

/** Sends the chunks over TCP one by one, and gives all that came back until the gate closed the connection. */
export async function talkTcp(
  port: number,
  chunks: readonly Buffer[],
  ends: boolean,
): Promise<Buffer> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const received: Buffer[] = [];
  socket.on("data", (chunk) => received.push(chunk));
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const chunk of chunks) await new Promise((resolve) => socket.write(chunk, resolve));
  if (ends) socket.end();
  if (!socket.closed) await closed;
  return Buffer.concat(received);
}

export function decode(message: Buffer): DecodedPacket {
  return dnsPacket.decode(message);
}
