import { toVisibleText } from "../../visible-text.ts";
import { toAddressText } from "./address-text.ts";
import type { AnswerRecord } from "./parse-answer.ts";
import { TYPE } from "./record-types.ts";

/** Enough to know a record again; a tunnel's chunks need not be kept whole. */
const MAX_CHARACTERS = 200;

/** A record's data in the form of zone files, as far as a reader of reports needs it. */
export function describeRecord({ type, data, target }: AnswerRecord): string {
  if (type === TYPE.a || type === TYPE.aaaa) return toAddressText(data);
  if (type === TYPE.txt) return toVisibleText(JSON.stringify(toTexts(data)), MAX_CHARACTERS);
  if (target === undefined) return `${data.length} bytes`;
  return toVisibleText(`${toNumbers(type, data)}${target === "" ? "." : target}`, MAX_CHARACTERS);
}

/** The character strings of a TXT record, which readers join. */
function toTexts(data: Buffer): string {
  let text = "";
  for (let at = 0; at < data.length && text.length <= MAX_CHARACTERS;) {
    const size = data[at] ?? 0;
    text += data.toString("latin1", at + 1, Math.min(at + 1 + size, data.length));
    at += 1 + size;
  }
  return text;
}

/** Priority, weight and port of a service, preference of a mail server. */
function toNumbers(type: number, data: Buffer): string {
  if (type === TYPE.srv) {
    return `${data.readUInt16BE(0)} ${data.readUInt16BE(2)} ${data.readUInt16BE(4)} `;
  }
  const hasOne = type === TYPE.mx || type === TYPE.https || type === TYPE.svcb;
  return hasOne ? `${data.readUInt16BE(0)} ` : "";
}
