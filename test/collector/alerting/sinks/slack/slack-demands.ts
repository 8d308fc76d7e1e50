/**
 * What Slack demands of messages, by hand from its reference: https://docs.slack.dev/reference/block-kit/blocks (header, section),
 * /reference/block-kit/composition-objects/text-object, /reference/methods/chat.postMessage, /reference/methods/chat.update and
 * /messaging/formatting-message-text. Stricter in two things: members that Slack would ignore are a fault, and so is markup that does
 * anything but what a message of ours has a use for: bold, code, and links to pages.
 */
import { z } from "zod";

/** What begins with `<` and is no link to a page mentions, or obeys; `&` and `>` stand in entities alone. */
const LINK = /<https?:\/\/[^<>|\s]+\|[a-z ]+>/g;
const CONTROL = /[<>]|&(?!amp;|lt;|gt;)/;
/** Without code and bold names of ours, nothing of markup is left. */
const CODE = /`[^`\n]+`/g;
const BOLD = /^\*[a-z ()A-Z]+\*$/gm;
const FORMAT = /[*_~`]/;

export function hasDeadTextAlone(markup: string): boolean {
  const plain = markup.replaceAll(LINK, "").replaceAll(CODE, (code) => code.slice(1, -1));
  const unformatted = markup.replaceAll(LINK, "").replaceAll(CODE, "").replaceAll(BOLD, "");
  return !CONTROL.test(plain) && !FORMAT.test(unformatted);
}

const plainSchema = (maxCharacters: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z
      .string()
      .min(1)
      .max(maxCharacters)
      .refine((text) => !CONTROL.test(text), "holds control characters"),
    emoji: z.literal(false),
  });

const markupSchema = (maxCharacters: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(maxCharacters).refine(hasDeadTextAlone, "holds markup"),
    verbatim: z.literal(true),
  });

const blockSchema = z.union([
  z.strictObject({ type: z.literal("header"), text: plainSchema(150) }),
  z.strictObject({
    type: z.literal("section"),
    text: z.union([plainSchema(3_000), markupSchema(3_000)]),
  }),
  z.strictObject({
    type: z.literal("section"),
    fields: z.array(markupSchema(2_000)).min(1).max(10),
  }),
]);

const MESSAGE = {
  text: z
    .string()
    .min(1)
    .max(4_000)
    .refine((text) => !CONTROL.test(text), "holds control characters"),
  blocks: z.array(blockSchema).min(1).max(50),
};
const parse = z.literal("none");
const link_names = z.literal(false);
const UNFURLING = { unfurl_links: z.literal(false), unfurl_media: z.literal(false) };
const ts = z.string().regex(/^\d{10}\.\d{6}$/);

export const messageSchema = z.strictObject(MESSAGE);

export const webhookMessageSchema = z.strictObject({ ...MESSAGE, ...UNFURLING });

export const postMessageSchema = z.strictObject({
  ...MESSAGE,
  ...UNFURLING,
  channel: z.string().min(1),
  thread_ts: ts.optional(),
  parse,
  link_names,
});

export const updateSchema = z.strictObject({
  ...MESSAGE,
  /** An id, never a name. */
  channel: z.string().regex(/^[CDG][A-Z0-9]+$/),
  ts,
  parse,
  link_names,
});
