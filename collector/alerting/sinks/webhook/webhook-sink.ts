/** Anybody's own receiver: signed as Standard Webhooks says, in an envelope of CloudEvents. */
import { z } from "zod";

import { defineSinkType, type SinkSurroundings } from "../../sink-type.ts";
import {
  ENDPOINT_FAULT,
  openAuthorities,
  openSecretEndpoint,
  parseEndpoint,
  WAY_FIELDS,
} from "../endpoint.ts";
import { createKeptSecret } from "../kept-secret.ts";
import { post, toOutcome } from "../post.ts";
import { parseWebhookSecret, signWebhook } from "./sign-webhook.ts";
import { toCloudEvent } from "./to-cloud-event.ts";

/** The old one and the new one while they change; nobody has more at a time. */
const MAX_SECRETS = 4;

const fileSchema = z.strictObject({
  type: z.literal("webhook"),
  url: z.string().optional(),
  /** Instead of `url`, where the address is a secret itself. */
  urlFile: z.string().min(1).optional(),
  /** Each event is signed with all of them. */
  secretFiles: z.array(z.string().min(1)).min(1).max(MAX_SECRETS),
  ...WAY_FIELDS,
});
const schema = fileSchema
  .refine(({ url, urlFile }) => (url === undefined) !== (urlFile === undefined), {
    path: ["url"],
    error: 'write either "url" or "urlFile"',
  })
  .refine(({ url, ...way }) => url === undefined || parseEndpoint(url, way) !== undefined, {
    path: ["url"],
    error: ENDPOINT_FAULT,
  });
type Config = z.infer<typeof schema>;

export const WEBHOOK = defineSinkType({
  type: "webhook",
  usually: "all",
  schema,
  open(config, surroundings) {
    const url = openUrl(config, surroundings);
    const authorities = openAuthorities(config, surroundings);
    const keys = config.secretFiles.map((file) => openKey(file, surroundings));
    const { name, publicUrl, now } = surroundings;
    return {
      name,
      async deliver(notification, { signal }) {
        const event = toCloudEvent(notification, publicUrl);
        const body = JSON.stringify(event);
        const answer = await post({
          url: url(),
          body,
          contentType: "application/cloudevents+json",
          headers: {
            ...signWebhook({
              id: event.id,
              body,
              sentAtMs: now(),
              keys: keys.map((read) => read()),
            }),
          },
          authorities: authorities(),
          signal,
        });
        return toOutcome(answer);
      },
    };
  },
});

function openUrl({ url, urlFile, ...way }: Config, surroundings: SinkSurroundings): () => URL {
  if (urlFile !== undefined) return openSecretEndpoint(urlFile, way, surroundings);
  const known = new URL(url ?? "");
  return () => known;
}

function openKey(file: string, { readSecret }: SinkSurroundings): () => Buffer {
  return createKeptSecret({
    file,
    readSecret,
    parse: parseWebhookSecret,
    expected:
      "holds no secret of Standard Webhooks: whsec_ and 24 to 64 random bytes in base64, as of `echo whsec_$(openssl rand -base64 32)`",
  });
}
