/**
 * What Teams demands of what a workflow's webhook is sent, by hand from
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using ("Send Adaptive Cards"), and of
 * cards from the schema of version 1.4: github.com/microsoft/AdaptiveCards, schemas/1.4.0/adaptive-card.json. Of elements those alone
 * that read no Markdown: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features.
 */
import { z } from "zod";

/** https://learn.microsoft.com/connectors/teams, "Message size limit". */
export const MAX_MESSAGE_BYTES = 28_672;

const color = z.enum(["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"]);

const textRunSchema = z.strictObject({
  type: z.literal("TextRun"),
  text: z
    .string()
    .min(1)
    .refine((text) => !/\{\{(?:DATE|TIME)\(/.test(text), "holds a function of dates"),
  color: color.optional(),
  fontType: z.enum(["Default", "Monospace"]).optional(),
  isSubtle: z.boolean().optional(),
  italic: z.boolean().optional(),
  size: z.enum(["Default", "Small", "Medium", "Large", "ExtraLarge"]).optional(),
  weight: z.enum(["Default", "Lighter", "Bolder"]).optional(),
});

const elementSchema = z.strictObject({
  type: z.literal("RichTextBlock"),
  inlines: z.array(textRunSchema).min(1),
  spacing: z
    .enum(["Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"])
    .optional(),
  separator: z.boolean().optional(),
});

const actionSchema = z.strictObject({
  type: z.literal("Action.OpenUrl"),
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
});

const cardSchema = z.strictObject({
  $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
  type: z.literal("AdaptiveCard"),
  version: z.literal("1.4"),
  msteams: z.strictObject({ width: z.literal("Full") }).optional(),
  body: z.array(elementSchema).min(1),
  /** Teams shows six. */
  actions: z.array(actionSchema).max(6),
});

export const teamsMessageSchema = z.strictObject({
  type: z.literal("message"),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        contentUrl: z.null(),
        content: cardSchema,
      }),
    )
    .length(1),
});
