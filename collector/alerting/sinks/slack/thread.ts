/** An incident is a thread: its first message shows how it stands, and what is new is a reply. */
import type { Notification } from "../../notification.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { callSlack, type SlackAccess } from "./slack-api.ts";
import { toSlackMessage, toSlackReply } from "./to-message.ts";

interface Thread {
  /** The channel's id: an update takes no name. */
  readonly channel: string;
  /** Slack's name of the first message. */
  readonly ts: string;
}

const REFERENCE = /^([A-Z0-9]{1,64}) (\d{1,16}\.\d{1,16})$/;
/** Somebody has deleted it. */
const GONE: ReadonlySet<string> = new Set(["message_not_found", "thread_not_found"]);
/** The workspace lets no message be changed, or not for so long: the reply says it. */
const UNCHANGEABLE: ReadonlySet<string> = new Set(["cant_update_message", "edit_window_closed"]);

export function parseThread(reference: string | undefined): Thread | undefined {
  const [, channel, ts] = REFERENCE.exec(reference ?? "") ?? [];
  return channel === undefined || ts === undefined ? undefined : { channel, ts };
}

export async function beginThread(
  notification: Notification,
  { channel, access }: { readonly channel: string; readonly access: SlackAccess },
): Promise<DeliveryOutcome> {
  const message = toSlackMessage(notification);
  const result = await callSlack(
    { method: "chat.postMessage", message, place: { channel } },
    access,
  );
  return result.status === "failed" ? result.outcome : toDelivered(result);
}

/** The message first, which may be changed twice: a reply that was sent twice would stand there twice. Undefined where the thread is gone. */
export async function goOnWithThread(
  notification: Notification,
  { thread, access }: { readonly thread: Thread; readonly access: SlackAccess },
): Promise<DeliveryOutcome | undefined> {
  const { channel, ts } = thread;
  const changed = await callSlack(
    { method: "chat.update", message: toSlackMessage(notification), place: { channel, ts } },
    access,
  );
  if (changed.status === "failed" && !UNCHANGEABLE.has(changed.code ?? "")) {
    return GONE.has(changed.code ?? "") ? undefined : changed.outcome;
  }
  const place = { channel, thread_ts: ts };
  const replied = await callSlack(
    { method: "chat.postMessage", message: toSlackReply(notification), place },
    access,
  );
  if (replied.status === "said") return toDelivered(thread);
  return GONE.has(replied.code ?? "") ? undefined : replied.outcome;
}

function toDelivered({ channel, ts }: Thread): DeliveryOutcome {
  return { status: "delivered", reference: `${channel} ${ts}` };
}
