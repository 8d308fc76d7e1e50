/**
 * An incident as an Adaptive Card of version 1.4: https://adaptivecards.io/explorer/. Text blocks and facts of cards read Markdown, and
 * runs of rich text do not: so everything is runs.
 */
import type { Notification, NotificationAction, NotifiedIncident } from "../../notification.ts";
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

interface TextRun {
  readonly type: "TextRun";
  readonly text: string;
  readonly size?: "Large";
  readonly weight?: "Bolder";
  readonly color?: "Default" | "Good" | "Warning" | "Attention";
  readonly fontType?: "Monospace";
}

interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
  readonly spacing?: "Small";
}

interface OpenUrl {
  readonly type: "Action.OpenUrl";
  readonly title: string;
  readonly url: string;
}

export interface TeamsMessage {
  readonly type: "message";
  readonly attachments: readonly [
    {
      readonly contentType: "application/vnd.microsoft.card.adaptive";
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
        readonly type: "AdaptiveCard";
        readonly version: "1.4";
        readonly msteams: { readonly width: "Full" };
        readonly body: readonly RichTextBlock[];
        readonly actions: readonly OpenUrl[];
      };
    },
  ];
}

/** Teams takes 28 KB with all that it adds itself, which is a quarter of that. */
const MAX_MESSAGE_BYTES = 20_000;
const LEFT_OUT: RichTextBlock = toBlock({
  type: "TextRun",
  text: "There is more of it in the collector.",
});

/** As much of it as there is room for, the most important first. */
export function toTeamsMessage(notification: Notification): TeamsMessage {
  const { incident } = notification;
  const blocks = listBlocks(notification);
  const actions = listWebLinks(incident).map(
    ({ name, url }) => ({ type: "Action.OpenUrl", title: name, url }) as const,
  );
  const room = MAX_MESSAGE_BYTES - sizeOf(toMessage([LEFT_OUT], actions));
  let taken = 0;
  const body = blocks.filter((block) => (taken += sizeOf(block) + 1) <= room);
  return toMessage(body.length === blocks.length ? body : [...body, LEFT_OUT], actions);
}

function listBlocks(notification: Notification): readonly RichTextBlock[] {
  const { incident } = notification;
  return [
    toTitle(notification),
    toBlock(toRun(toMessageLine(incident))),
    ...toResponses(incident),
    ...listFacts(incident).map(toFactBlock),
    ...toSection("evidence", listEvidence(incident).map(toFactBlock)),
  ];
}

function toTitle({ action, incident }: Notification): RichTextBlock {
  const title = toRun(`${toState(action)}: ${toHeadline(incident)}`);
  return toBlock({
    ...title,
    size: "Large",
    weight: "Bolder",
    color: toColor(action, incident.severity),
  });
}

function toColor(action: NotificationAction, severity: string): NonNullable<TextRun["color"]> {
  if (action === "resolve") return "Good";
  if (severity === "critical" || severity === "high") return "Attention";
  return severity === "medium" ? "Warning" : "Default";
}

function toResponses(incident: NotifiedIncident): readonly RichTextBlock[] {
  return toSection(
    "what was done",
    listResponses(incident).map((one) => ({ ...toBlock(toRun(one)), spacing: "Small" }) as const),
  );
}

function toSection(title: string, blocks: readonly RichTextBlock[]): readonly RichTextBlock[] {
  if (blocks.length === 0) return [];
  return [toBlock({ ...toRun(title), weight: "Bolder" }), ...blocks];
}

function toFactBlock({ name, value }: Fact): RichTextBlock {
  const inlines = [
    { ...toRun(`${name}: `), weight: "Bolder" } as const,
    { ...toRun(value), fontType: "Monospace" } as const,
  ];
  return { type: "RichTextBlock", inlines, spacing: "Small" };
}

function toBlock(run: TextRun): RichTextBlock {
  return { type: "RichTextBlock", inlines: [run] };
}

/** `{{DATE(…)}}` is the one thing that hosts look for in runs. */
function toRun(text: string): TextRun {
  const shown = text.trim() === "" ? "(empty)" : text.replaceAll("{{", "{ {");
  return { type: "TextRun", text: shown };
}

function toMessage(body: readonly RichTextBlock[], actions: readonly OpenUrl[]): TeamsMessage {
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          body,
          actions,
        },
      },
    ],
  };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
