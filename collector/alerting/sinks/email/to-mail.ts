/** A notification as a mail. Nothing that a job has chosen is in a header but for the subject and what is made of letters and digits. */
import { toVisibleText } from "../../../visible-text.ts";
import type { Notification } from "../../notification.ts";
import { toHeadline } from "../incident-facts.ts";
import type { EmailConfig } from "./email-config.ts";
import type { Mail } from "./smtp.ts";
import { toHtml } from "./to-html.ts";
import { toText } from "./to-text.ts";

/** Of the first mail of an incident: readers join to it what answers it, and some only what has its subject. */
export interface Thread {
  readonly messageId: string;
  readonly subject: string;
}

const NAME = "Runner Guard";
/** Longer ones are cut off by readers. */
const MAX_SUBJECT_CHARACTERS = 160;
const MAX_TOKEN_CHARACTERS = 128;

export function toMail(
  notification: Notification,
  { from, to, replyTo }: EmailConfig,
  thread: Thread | undefined,
): Mail {
  const { action, at, deliveryId, incident } = notification;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const first = thread?.messageId;
  return {
    from: { name: NAME, address: from },
    to,
    replyTo,
    // The same for each attempt: who gets it twice can tell.
    messageId: toMessageId(deliveryId, domain),
    inReplyTo: first,
    // The first stands for the incident itself, so that what follows is joined also where the first mail was lost.
    references: [
      toMessageId(`incident-${incident.id}`, domain),
      ...(first === undefined ? [] : [first]),
    ],
    subject: thread === undefined ? toSubject(notification) : `Re: ${thread.subject}`,
    text: toText(notification),
    html: toHtml(notification),
    at: new Date(at),
    headers: {
      // RFC 3834: nobody's holiday answers to it.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "List-Id": `${NAME} <runner-guard.${domain}>`,
      ...(incident.urgency === "page" && { Importance: "high" }),
      "X-Runner-Guard-Action": action,
      "X-Runner-Guard-Incident": toToken(incident.id),
      "X-Runner-Guard-Tenant": toToken(incident.tenant),
      "X-Runner-Guard-Rule": toToken(incident.rule),
      "X-Runner-Guard-Severity": toToken(incident.severity),
      "X-Runner-Guard-Urgency": incident.urgency,
    },
  };
}

function toSubject({ incident }: Notification): string {
  return toVisibleText(`[${NAME}] ${toHeadline(incident)}`, MAX_SUBJECT_CHARACTERS);
}

/** `name` is ours, and so are ids; whatever they are made of one day, what stands here is what RFC 5322 takes. */
function toMessageId(name: string, domain: string): string {
  return `<${toToken(name).replaceAll(/[^A-Za-z0-9_-]/g, "_")}@${domain}>`;
}

function toToken(text: string): string {
  return text.slice(0, MAX_TOKEN_CHARACTERS).replaceAll(/[^A-Za-z0-9._:-]/g, "_");
}
