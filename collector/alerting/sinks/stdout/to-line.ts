import type { Notification } from "../../notification.ts";
import { toAsciiJson } from "../ascii-json.ts";

/** Pipelines of logs cut lines at 16 KiB, Docker's among them: half of that is left for what they put around. */
const MAX_CHARACTERS = 8_192;
/** One line of printable ASCII, with its end. Where evidence makes it too long, it goes without. */
export function toLine(notification: Notification): string {
  const whole = render(notification);
  if (whole.length <= MAX_CHARACTERS) return whole;
  const { incident } = notification;
  const message = incident.message.slice(0, 500);
  return render({ ...notification, incident: { ...incident, message, evidence: null } });
}

function render({ action, at, deliveryId, incident }: Notification): string {
  const told = { time: new Date(at).toISOString(), type: "alert", action, deliveryId, incident };
  return `${toAsciiJson(told)}\n`;
}
