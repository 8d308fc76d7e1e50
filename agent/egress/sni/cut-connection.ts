import type { Socket } from "node:net";

/** A fatal `access_denied` (RFC 8446 §6.2), so that the client says what happened and not that the network is bad. */
const ALERT_ACCESS_DENIED = Buffer.from([21, 3, 3, 0, 2, 2, 49]);
/** How long a client may take to close after it; what it sends meanwhile is thrown away. */
const PATIENCE_MS = 1_000;

/** Something that has sent a hello understands an alert. */
export function cutWithAlert(client: Socket): void {
  // Unread bytes would make the kernel send a reset, which overtakes the alert.
  client.resume();
  client.end(ALERT_ACCESS_DENIED);
  const timer = setTimeout(() => client.resetAndDestroy(), PATIENCE_MS).unref();
  client.once("end", () => client.destroySoon());
  client.once("close", () => clearTimeout(timer));
}

/** Refused without a word, as a closed port does. */
export function cutWithReset(client: Socket): void {
  client.resetAndDestroy();
}
