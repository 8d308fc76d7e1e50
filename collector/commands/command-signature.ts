/** Signs what goes to an agent, and checks what comes from it: a key for each direction, made of the run's. */
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
} from "../../protocol/index.ts";

const KEY_BYTES = 32;
const MAC = /^[0-9a-f]{64}$/;

export interface CommandSigner {
  signCommand(command: Omit<SignedCommand, "mac">): SignedCommand;
  signPing(nonce: string, ping: Omit<SignedPing, "mac">): SignedPing;
  /** Whether this run's agent has asked for its commands. */
  isListen(mac: string, nonce: string, lastNumber: number): boolean;
  isAnswer(mac: string, number: number, content: Buffer): boolean;
}

export function createCommandSigner(uploadKey: Buffer, runId: string): CommandSigner {
  const derive = (info: string): Buffer =>
    Buffer.from(hkdfSync("sha256", uploadKey, runId, info, KEY_BYTES));
  const [toAgent, fromAgent] = [derive(TO_AGENT_KEY_INFO), derive(FROM_AGENT_KEY_INFO)];
  return {
    signCommand: (command) => ({
      ...command,
      mac: sign(toAgent, toCommandHead(runId, command), command.body),
    }),
    signPing: (nonce, ping) => ({ ...ping, mac: sign(toAgent, toPingText(runId, nonce, ping)) }),
    isListen: (mac, nonce, lastNumber) =>
      isSame(mac, sign(fromAgent, toListenText(runId, nonce, lastNumber))),
    isAnswer: (mac, number, content) =>
      isSame(mac, sign(fromAgent, toAnswerHead(runId, number), content)),
  };
}

function sign(key: Buffer, head: string, content: string | Buffer = ""): string {
  return createHmac("sha256", key).update(head).update(content).digest("hex");
}

function isSame(mac: string, expected: string): boolean {
  return MAC.test(mac) && timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(expected, "hex"));
}
