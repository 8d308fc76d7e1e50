/** What the fields of a policy's own rules are compared with. */
import { z } from "zod";

const MAX_TEXT_LENGTH = 1_000;
const MAX_VALUES = 1_000;

const text = z.string().min(1).max(MAX_TEXT_LENGTH);
const oneOrMore = oneOrSome(text);

/** Of several operators all have to hold; of several texts one. */
const textOperatorsSchema = z
  .strictObject({
    equals: oneOrMore.optional(),
    glob: oneOrMore.optional(),
    prefix: oneOrMore.optional(),
    suffix: oneOrMore.optional(),
    contains: oneOrMore.optional(),
  })
  .refine(...someOf("equals, glob, prefix, suffix, contains"));
export const TEXT_OPERATORS = Object.keys(textOperatorsSchema.shape);

/** Of several operators all have to hold. */
const numberOperatorsSchema = z
  .strictObject({
    above: z.int().optional(),
    "at-least": z.int().optional(),
    below: z.int().optional(),
    "at-most": z.int().optional(),
  })
  .refine(...someOf("above, at-least, below, at-most"));
export type NumberOperators = z.infer<typeof numberOperatorsSchema>;
export const NUMBER_OPERATORS = Object.keys(numberOperatorsSchema.shape);

export const textMatch = z
  .union([text, z.array(text).min(1).max(MAX_VALUES), textOperatorsSchema], {
    error: "must be a text, a list of texts, or { glob: … }",
  })
  .meta({ id: "TextMatch" });
export type TextMatch = z.infer<typeof textMatch>;

export const numberMatch = z
  .union([z.int(), z.array(z.int()).min(1).max(MAX_VALUES), numberOperatorsSchema], {
    error: "must be a whole number, a list of them, or { above: … }",
  })
  .meta({ id: "NumberMatch" });
export type NumberMatch = z.infer<typeof numberMatch>;

const address = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: "must be an address or a block of them, such as 192.0.2.7 or 10.20.0.0/16",
  })
  .meta({ id: "AddressOrBlock" });
export const addressMatch = z
  .union([address, z.array(address).min(1).max(MAX_VALUES)], {
    error: "must be an address or a block of them, such as 192.0.2.7 or 10.20.0.0/16, or a list",
  })
  .meta({ id: "AddressMatch" });

/** One of a few words, or a list of such. */
export function choiceMatch<const Choices extends readonly string[]>(choices: Choices) {
  return oneOrSome(z.enum(choices), { error: `must be ${choices.join(", ")}, or a list of these` });
}

function oneOrSome<One extends z.ZodType>(one: One, params?: { readonly error: string }) {
  return z.union([one, z.array(one).min(1).max(MAX_VALUES)], params);
}

function someOf(operators: string) {
  return [
    (value: object) => Object.keys(value).length > 0,
    { error: `is empty: write one of ${operators}` },
  ] as const;
}
