/** What shows that a command is the collector's, and an answer this agent's: keys that are made of the run's. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

import {
  FROM_AGENT_KEY_INFO,
  type SignedCommand,
  type SignedPing,
  TO_AGENT_KEY_INFO,
  toAnswerHead,
  toCommandHead,
  toListenText,
  toPingText,
} from "../../../protocol/index.ts";

export interface CommandRun {
  readonly runId: string;
  /** 32 bytes in hexadecimal. */
  readonly uploadKey: string;
}

export interface CommandProof {
  isCommand(command: SignedCommand): boolean;
  isPing(ping: SignedPing, nonce: string): boolean;
  signListen(nonce: string, lastNumber: number): string;
  signAnswer(number: number, content: Buffer): string;
}

const KEY_BYTES = 32;

export function createCommandProof({ runId, uploadKey }: CommandRun): CommandProof {
  const derive = (info: string): Buffer =>
    Buffer.from(hkdfSync("sha256", Buffer.from(uploadKey, "hex"), runId, info, KEY_BYTES));
  const [toAgent, fromAgent] = [derive(TO_AGENT_KEY_INFO), derive(FROM_AGENT_KEY_INFO)];
  return {
    isCommand: (command) =>
      isSame(command.mac, sign(toAgent, toCommandHead(runId, command), command.body)),
    isPing: (ping, nonce) => isSame(ping.mac, sign(toAgent, toPingText(runId, nonce, ping))),
    signListen: (nonce, lastNumber) => sign(fromAgent, toListenText(runId, nonce, lastNumber)),
    signAnswer: (number, content) => sign(fromAgent, toAnswerHead(runId, number), content),
  };
}

function sign(key: Buffer, head: string, content: string | Buffer = ""): string {
  return createHmac("sha256", key).update(head).update(content).digest("hex");
}

/** Both are 64 hexadecimal digits: the schema has seen to that. */
function isSame(mac: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(expected, "hex"));
}
