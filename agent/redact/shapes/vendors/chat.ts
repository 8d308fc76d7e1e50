import { atLeast, between, exactly, literal, type Part, type Shape } from "../shape.ts";

const SLACK_TOKENS = "https://docs.slack.dev/authentication/tokens/";
const SLACK_EXAMPLE: readonly Part[] = [
  exactly(12, "digit"),
  literal("-"),
  exactly(13, "digit"),
  literal("-"),
  exactly(24, "alphanumeric"),
];

const SLACK: readonly Shape[] = [
  {
    kind: "token",
    id: "slack-bot-token",
    name: "Slack bot token",
    source: SLACK_TOKENS,
    anchors: ["xoxb-"],
    parts: [atLeast(20, "base64url")],
    examples: [SLACK_EXAMPLE],
  },
  {
    kind: "token",
    id: "slack-user-token",
    name: "Slack user token",
    source: SLACK_TOKENS,
    anchors: ["xoxp-"],
    parts: [atLeast(20, "base64url")],
    examples: [
      [
        exactly(12, "digit"),
        literal("-"),
        exactly(12, "digit"),
        literal("-"),
        exactly(13, "digit"),
        literal("-"),
        exactly(32, "lowerHex"),
      ],
    ],
  },
  {
    kind: "token",
    id: "slack-legacy-token",
    name: "Slack workspace, refresh or legacy token",
    source: SLACK_TOKENS,
    anchors: ["xoxa-", "xoxr-", "xoxo-", "xoxs-"],
    parts: [atLeast(20, "base64url")],
    examples: [SLACK_EXAMPLE],
  },
  {
    kind: "token",
    id: "slack-configuration-token",
    name: "Slack app configuration token",
    source: "https://docs.slack.dev/reference/app-manifest#config-tokens",
    anchors: ["xoxe-", "xoxe."],
    parts: [atLeast(24, "dottedBase64url")],
    examples: [[literal("1-"), exactly(146, "alphanumeric")]],
  },
  {
    kind: "token",
    id: "slack-app-token",
    name: "Slack app-level token",
    source: SLACK_TOKENS,
    anchors: ["xapp-"],
    parts: [exactly(1, "digit"), literal("-"), atLeast(40, "base64url")],
    examples: [
      [
        literal("1-A"),
        exactly(10, "upperAlphanumeric"),
        literal("-"),
        exactly(13, "digit"),
        literal("-"),
        exactly(64, "lowerHex"),
      ],
    ],
  },
  {
    kind: "token",
    id: "slack-browser-token",
    name: "Slack browser session token",
    source: "https://docs.slack.dev/authentication/tokens/",
    anchors: ["xoxc-", "xoxd-"],
    parts: [atLeast(40, "percentBase64")],
    examples: [[...SLACK_EXAMPLE, literal("-"), exactly(64, "lowerHex")]],
  },
  {
    kind: "token",
    id: "slack-webhook",
    name: "Slack webhook URL",
    source: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
    anchors: ["hooks.slack.com/"],
    shown: [between(8, 9, "lower"), literal("/")],
    parts: [atLeast(40, "anyBase64")],
    examples: [
      [
        literal("T"),
        exactly(10, "upperAlphanumeric"),
        literal("/B"),
        exactly(10, "upperAlphanumeric"),
        literal("/"),
        exactly(24, "alphanumeric"),
      ],
    ],
  },
];

/** The bot's id in base64, a time, and a signature. */
const DISCORD_TOKEN: readonly Part[] = [
  between(23, 28, "base64url"),
  literal("."),
  exactly(6, "base64url"),
  literal("."),
  atLeast(27, "base64url"),
];

const DISCORD: readonly Shape[] = [
  {
    kind: "token",
    id: "discord-webhook",
    name: "Discord webhook URL",
    source: "https://discord.com/developers/docs/resources/webhook",
    anchors: ["/api/webhooks/"],
    shown: [between(17, 20, "digit"), literal("/")],
    parts: [atLeast(60, "base64url")],
    examples: [[exactly(68, "base64url")]],
  },
  {
    kind: "named",
    id: "discord-bot-token",
    name: "Discord bot token",
    source: "https://discord.com/developers/docs/reference#authentication",
    anchors: ["discord", "bot_token", "bot-token", "bottoken"],
    parts: DISCORD_TOKEN,
  },
  {
    kind: "token",
    id: "discord-bot-authorization",
    name: "Discord bot token",
    source: "https://discord.com/developers/docs/reference#authentication",
    anchors: ["Bot "],
    notAfter: "word",
    shown: [],
    parts: DISCORD_TOKEN,
  },
];

export const CHAT: readonly Shape[] = [
  ...SLACK,
  ...DISCORD,
  {
    kind: "token",
    id: "telegram-bot-token",
    name: "Telegram bot token",
    source: "https://core.telegram.org/bots/features#botfather",
    anchors: [":AA"],
    before: [between(8, 10, "digit")],
    parts: [exactly(33, "base64url")],
  },
  {
    kind: "token",
    id: "teams-webhook",
    name: "Microsoft Teams webhook URL",
    source:
      "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
    anchors: ["/IncomingWebhook/"],
    shown: [],
    parts: [exactly(32, "lowerHex"), literal("/"), atLeast(36, "base64url")],
  },
  {
    kind: "token",
    id: "google-chat-webhook",
    name: "Google Chat webhook URL",
    source: "https://developers.google.com/workspace/chat/quickstart/webhooks",
    anchors: ["/messages?key="],
    shown: [],
    parts: [atLeast(39, "percentBase64"), literal("&token="), atLeast(43, "percentBase64")],
  },
  {
    kind: "token",
    id: "zapier-webhook",
    name: "Zapier webhook URL",
    source: "https://help.zapier.com/hc/en-us/articles/8496288690317",
    anchors: ["hooks.zapier.com/hooks/"],
    shown: [literal("catch/"), between(5, 10, "digit"), literal("/")],
    parts: [atLeast(6, "alphanumeric")],
  },
];
