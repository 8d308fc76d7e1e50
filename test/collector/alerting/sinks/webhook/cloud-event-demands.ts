/**
 * What CloudEvents 1.0.2 demands of an event in JSON, by hand from its specification and its JSON Schema:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md, "Context Attributes", and formats/cloudevents.json there.
 * Names of attributes are small letters and digits; those that are unknown are extensions, of which we send none.
 */
import { z } from "zod";

const uriReference = z
  .string()
  .min(1)
  .regex(/^[^\s<>"{}|\\^`]+$/);

export const cloudEventSchema = z.strictObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: uriReference,
  /** Should begin with a domain, backwards. */
  type: z.string().regex(/^[a-z]{2,}\.[a-z0-9]+(?:\.[a-z0-9_]+)+$/),
  datacontenttype: z.literal("application/json"),
  dataschema: uriReference.regex(/^[a-z][a-z0-9+.-]*:/),
  subject: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  data: z.record(z.string(), z.unknown()),
});
