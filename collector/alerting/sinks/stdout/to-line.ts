import type { Notification } from "../../notification.ts";
import { toAsciiJson } from "../ascii-json.ts";

/** Pipelines of logs cut lines at 16 KiB, Docker's among them: half of that is left for what they put around. */
const MAX_CHARACTERS = 8_192;
/** Of each text where the whole is too long: some fifteen of them may be a job's. */
const MAX_TEXT_CHARACTERS = 200;
const MAX_RESPONSES = 5;

/** One line of printable ASCII, with its end. Where it is too long it goes without evidence, and its texts are cut off. */
export function toLine(notification: Notification): string {
  // A megabyte is not even written as escapes.
  const isShort = JSON.stringify(notification).length <= MAX_CHARACTERS;
  const whole = isShort ? render(notification) : "";
  if (isShort && whole.length <= MAX_CHARACTERS) return whole;
  const { incident } = notification;
  const responses = incident.responses.slice(-MAX_RESPONSES);
  const short = { ...notification, incident: { ...incident, responses, evidence: null } };
  const cut: Notification = JSON.parse(JSON.stringify(short, cutOff));
  return render(cut);
}

function cutOff(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARACTERS) : value;
}

function render({ action, at, deliveryId, incident }: Notification): string {
  const told = { time: new Date(at).toISOString(), type: "alert", action, deliveryId, incident };
  return `${toAsciiJson(told)}\n`;
}
