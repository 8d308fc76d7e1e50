/** An incident as messages of Slack, in blocks: https://docs.slack.dev/reference/block-kit/blocks */
import type { Notification, NotifiedIncident } from "../../notification.ts";
import {
  type Fact,
  listEvidence,
  listFacts,
  listResponses,
  toHeadline,
  toMessageLine,
  toState,
} from "../incident-facts.ts";
import { listWebLinks } from "../web-link.ts";
import { escapeForSlack, joinLines, toCode } from "./mrkdwn.ts";

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  /** `:name:` stays what it is. */
  readonly emoji: false;
}

interface Markup {
  readonly type: "mrkdwn";
  readonly text: string;
  /** Nothing becomes a link or a mention that is not written as one. */
  readonly verbatim: true;
}

export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: PlainText | Markup }
  | { readonly type: "section"; readonly fields: readonly Markup[] };

export interface SlackMessage {
  /** What stands in notifications, and where blocks cannot be shown. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const MAX_HEADER_CHARACTERS = 150;
const MAX_SECTION_CHARACTERS = 3_000;
const MAX_FIELDS = 10;
/** Slack takes 2,000: two columns of lines that anybody reads have less. */
const MAX_VALUE_CHARACTERS = 500;
const MAX_FALLBACK_CHARACTERS = 1_000;
/** Which of the facts a reply is about. */
const NEWS: ReadonlySet<string> = new Set([
  "acknowledged by",
  "resolved by",
  "severity",
  "so far",
  "last seen",
  "last run",
]);

/** Whatever is known, with the state it is in. */
export function toSlackMessage(notification: Notification): SlackMessage {
  const { incident } = notification;
  return {
    text: toFallback(notification),
    blocks: [
      { type: "header", text: toPlain(toTitle(notification), MAX_HEADER_CHARACTERS) },
      { type: "section", text: toPlain(toMessageLine(incident), MAX_SECTION_CHARACTERS) },
      ...toFieldSections(listFacts(incident)),
      ...toListSection("evidence", listEvidence(incident).map(toLine)),
      ...toResponses(incident),
      ...toLinks(incident),
    ],
  };
}

/** What is new of one that the thread began with. */
export function toSlackReply(notification: Notification): SlackMessage {
  const { action, incident } = notification;
  const facts = listFacts(incident).filter(({ name }) => NEWS.has(name));
  return {
    text: toFallback(notification),
    blocks: [
      ...toListSection(
        toState(action),
        facts.map(({ name, value }) => `${name}: ${toCode(value, MAX_VALUE_CHARACTERS)}`),
      ),
      ...toResponses(incident),
    ],
  };
}

function toTitle({ action, incident }: Notification): string {
  return `${toState(action)}: ${toHeadline(incident)}`;
}

function toFallback(notification: Notification): string {
  const whole = `${toTitle(notification)}: ${toMessageLine(notification.incident)}`;
  return escapeForSlack(whole, MAX_FALLBACK_CHARACTERS);
}

function toFieldSections(facts: readonly Fact[]): readonly SlackBlock[] {
  const count = Math.ceil(facts.length / MAX_FIELDS);
  return Array.from({ length: count }, (_, index) => ({
    type: "section",
    fields: facts
      .slice(index * MAX_FIELDS, (index + 1) * MAX_FIELDS)
      .map(({ name, value }) => toMarkup(`*${name}*\n${toCode(value, MAX_VALUE_CHARACTERS)}`)),
  }));
}

/** Names of evidence are anybody's text, too. */
function toLine({ name, value }: Fact): string {
  return `${toCode(name, MAX_VALUE_CHARACTERS)} ${toCode(value, MAX_VALUE_CHARACTERS)}`;
}

function toResponses(incident: NotifiedIncident): readonly SlackBlock[] {
  return toListSection(
    "what was done",
    listResponses(incident).map((one) => toCode(one, MAX_VALUE_CHARACTERS)),
  );
}

function toLinks(incident: NotifiedIncident): readonly SlackBlock[] {
  const links = listWebLinks(incident).map(({ name, url }) => {
    const address = url.replaceAll("&", "&amp;");
    return `<${address}|${name}>`;
  });
  if (links.length === 0) return [];
  return [{ type: "section", text: toMarkup(joinLines(links, MAX_SECTION_CHARACTERS)) }];
}

function toListSection(title: string, lines: readonly string[]): readonly SlackBlock[] {
  if (lines.length === 0) return [];
  const text = joinLines([`*${title}*`, ...lines], MAX_SECTION_CHARACTERS);
  return [{ type: "section", text: toMarkup(text) }];
}

/** Slack refuses a message for one empty text. */
function toPlain(text: string, maxCharacters: number): PlainText {
  const shown = text.trim() === "" ? "(empty)" : text;
  return { type: "plain_text", text: escapeForSlack(shown, maxCharacters), emoji: false };
}

function toMarkup(text: string): Markup {
  return { type: "mrkdwn", text, verbatim: true };
}
