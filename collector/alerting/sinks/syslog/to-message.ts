/** A notification as a message of syslog, RFC 5424. */
import { toVisibleText } from "../../../visible-text.ts";
import type { Notification } from "../../notification.ts";
import { toAsciiJson } from "../ascii-json.ts";
import { toHeadline, toMessageLine, toResolver, toState, toWho } from "../incident-facts.ts";
import { type RecordFormat, toRecord } from "../siem/to-record.ts";

export interface MessageOptions {
  /** A number of RFC 5424, 6.2.1. */
  readonly facility: number;
  readonly hostname: string;
  /** What stands behind the structured data. */
  readonly content: "text" | RecordFormat;
  /** Of IANA: whose names those of the structured data are. */
  readonly enterprise: number;
  readonly maxBytes: number;
}

const VERSION = 1;
const PROGRAM = "runner-guard-collector";
const NONE = "-";
const SEVERITIES: Readonly<Record<string, number>> = {
  critical: 2,
  high: 3,
  medium: 4,
  low: 5,
  info: 6,
};
/** Of what somebody has in hand, or what is over: a notice. */
const NOTICE = 5;
/** RFC 5424, 6: of a host's name. */
const MAX_HOSTNAME_CHARACTERS = 255;
const MAX_PARAMETER_CHARACTERS = 200;
/** What is left of a message for its text at least: a headline and a part of the sentence. */
const TEXT_BYTES = 400;
/** Says that what follows is UTF-8; without it, it is ASCII here. */
const BYTE_ORDER_MARK = "\ufeff";

/** Never longer than `maxBytes`: a record that is too long gives way to the text, and the end of that is cut off. */
export function toSyslogMessage(notification: Notification, options: MessageOptions): Buffer {
  const header = toHeader(notification, options);
  const data = toStructuredData(notification, {
    ...options,
    maxBytes: options.maxBytes - header.length - TEXT_BYTES,
  });
  const head = `${header} ${data} `;
  const room = options.maxBytes - Buffer.byteLength(head);
  const { content } = options;
  const record = content === "text" ? "" : toAsciiJson(toRecord(notification, content));
  if (record !== "" && record.length <= room) return Buffer.from(`${head}${record}`);
  return Buffer.from(`${head}${cutToBytes(toText(notification), room)}`);
}

function toHeader(
  { action, at, incident }: Notification,
  { facility, hostname }: MessageOptions,
): string {
  const isOpen = action === "trigger" || action === "update";
  const severity = isOpen ? (SEVERITIES[incident.severity] ?? NOTICE) : NOTICE;
  const time = new Date(at).toISOString();
  const host = hostname.slice(0, MAX_HOSTNAME_CHARACTERS).replaceAll(/[^\x21-\x7e]/g, "_");
  return `<${facility * 8 + severity}>${VERSION} ${time} ${host || NONE} ${PROGRAM} ${NONE} ${action}`;
}

/** What comes last gives way where there is no room. */
function toStructuredData(
  { deliveryId, incident }: Notification,
  { enterprise, maxBytes }: MessageOptions,
): string {
  const { job } = incident;
  const parameters = {
    incident: incident.id,
    delivery: deliveryId,
    severity: incident.severity,
    urgency: incident.urgency,
    tenant: incident.tenant,
    rule: incident.rule,
    url: incident.links.incident,
    run: incident.lastRunId,
    repository: job.repository,
    workflow: job.workflow,
    job: job.job,
  };
  let data = `[runnerGuard@${enterprise}`;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const longer = `${data} ${name}="${toParameter(value)}"`;
    if (Buffer.byteLength(longer) < maxBytes) data = longer;
  }
  return `${data}]`;
}

/** RFC 5424, 6.3.3: these three, and no others, stand behind a backslash. */
function toParameter(text: string): string {
  return toVisibleText(text, MAX_PARAMETER_CHARACTERS).replaceAll(/["\\\]]/g, "\\$&");
}

function toText({ action, incident }: Notification): string {
  const who = action === "acknowledge" ? toWho(incident.acknowledged) : toResolver(incident);
  const by = who === undefined ? "" : ` by ${toVisibleText(who, MAX_PARAMETER_CHARACTERS)}`;
  const text = `${toHeadline(incident)}, ${toState(action)}${by}: ${toMessageLine(incident)}`;
  return /^[\x20-\x7e]*$/.test(text) ? text : `${BYTE_ORDER_MARK}${text}`;
}

/** Whole characters. */
function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = Math.max(maxBytes, 0);
  // Of a character beyond ASCII all bytes but the first begin with 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
