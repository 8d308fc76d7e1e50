import { toWireName } from "./domain-name.ts";
import type { AnswerRecord } from "./parse-answer.ts";
import { createRecordBody } from "./record-body.ts";
import type { RecordBody } from "./record-body.ts";
import { TYPE } from "./record-types.ts";

/** Loopback does not change; an hour saves the question of clients that keep answers. */
const TTL_SECONDS = 3600;
const REVERSE_IPV4 = /^(?:\d{1,3}\.){3}127\.in-addr\.arpa$/;
const REVERSE_IPV6 = `1.${"0.".repeat(31)}ip6.arpa`;
const LOOPBACK_IPV4 = Buffer.of(127, 0, 0, 1);
const LOOPBACK_IPV6 = Buffer.from("00000000000000000000000000000001", "hex");

/**
 * `localhost`, all below it, and loopback's reverse names are never asked of another resolver (RFC 6761 §6.3, RFC 6303).
 * Nothing for any other name; an empty answer for a type that they do not have.
 */
export function toLocalAnswer(name: string, type: number): RecordBody | undefined {
  const isForward = name === "localhost" || name.endsWith(".localhost");
  const isReverse = REVERSE_IPV4.test(name) || name === REVERSE_IPV6;
  if (!isForward && !isReverse) return undefined;
  const data = isForward ? toAddressData(type) : toPointerData(type);
  const record = data && { name, type, ttlSeconds: TTL_SECONDS, data, target: undefined };
  const answers: AnswerRecord[] = record === undefined ? [] : [record];
  return createRecordBody(name, { answers, authority: [] });
}

function toAddressData(type: number): Buffer | undefined {
  if (type === TYPE.a) return LOOPBACK_IPV4;
  return type === TYPE.aaaa ? LOOPBACK_IPV6 : undefined;
}

function toPointerData(type: number): Buffer | undefined {
  return type === TYPE.ptr ? toWireName("localhost") : undefined;
}
