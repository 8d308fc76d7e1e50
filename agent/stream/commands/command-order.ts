/** Which messages are the collector's, and whose turn it is: each number is taken once, and none is left out. */
import {
  type CommandMessage,
  commandMessageSchema,
  type SignedCommand,
} from "../../../protocol/index.ts";
import { parseJson } from "../../parse-json.ts";
import type { CommandProof } from "./command-proof.ts";

export type Verdict =
  | { readonly status: "next"; readonly command: SignedCommand }
  /** Its number was taken before: sent again because the answer was lost, or by somebody on the way. */
  | { readonly status: "again"; readonly command: SignedCommand }
  | { readonly status: "ping" }
  /** There are commands that did not come, or not yet. */
  | { readonly status: "gap" }
  /** It is none of the collector's. */
  | { readonly status: "foreign"; readonly reason: string }
  /** It is no message at all. */
  | { readonly status: "garbled" };

/** Of one connection, whose pings are signed over its nonce. */
export interface MessageJudge {
  judge(text: string): Verdict;
}

export interface JudgeOptions {
  readonly proof: CommandProof;
  readonly nonce: string;
  /** The last number that was taken. */
  readonly taken: () => number;
}

export function createMessageJudge({ proof, nonce, taken }: JudgeOptions): MessageJudge {
  let lastPing = 0;
  return {
    judge(text) {
      const message = parse(text);
      if (message === undefined) return { status: "garbled" };
      if ("ping" in message) {
        if (!proof.isPing(message, nonce)) return foreign("a ping that it did not sign");
        if (message.ping <= lastPing) return foreign("a ping for the second time");
        lastPing = message.ping;
        return { status: message.lastNumber > taken() ? "gap" : "ping" };
      }
      if (!proof.isCommand(message)) return foreign("a command that it did not sign");
      if (message.number <= taken()) return { status: "again", command: message };
      return message.number === taken() + 1
        ? { status: "next", command: message }
        : { status: "gap" };
    },
  };
}

function foreign(reason: string): Verdict {
  return { status: "foreign", reason };
}

function parse(text: string): CommandMessage | undefined {
  return commandMessageSchema.safeParse(parseJson(text)).data;
}
