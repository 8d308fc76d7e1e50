/** PagerDuty: wakes who is on call. */
import { z } from "zod";

import { toVisibleText } from "../../../visible-text.ts";
import { defineSinkType } from "../../sink-type.ts";
import { ENDPOINT_FAULT, openAuthorities, parseEndpoint, WAY_FIELDS } from "../endpoint.ts";
import { createKeptSecret } from "../kept-secret.ts";
import { post, type PostAnswer, toOutcome } from "../post.ts";
import { readJson } from "../read-json.ts";
import { toPagerDutyEvent } from "./to-event.ts";

/** Accounts are of one service region, and their keys are good there alone. */
const REGIONS = {
  us: "https://events.pagerduty.com/v2/enqueue",
  eu: "https://events.eu.pagerduty.com/v2/enqueue",
} as const;

const ROUTING_KEY = /^[A-Za-z0-9]{32}$/;
const MAX_FAULTS = 5;
const MAX_FAULT_CHARACTERS = 200;

const fileSchema = z.strictObject({
  type: z.literal("pagerduty"),
  /** Of an integration "Events API v2" of a service. */
  routingKeyFile: z.string().min(1),
  region: z.enum(["us", "eu"]).default("us"),
  /** Instead of the region's: of a proxy of one's own. */
  url: z.string().optional(),
  ...WAY_FIELDS,
});
const schema = fileSchema.refine(
  ({ url, ...way }) => url === undefined || parseEndpoint(url, way) !== undefined,
  { path: ["url"], error: ENDPOINT_FAULT },
);

/** What it says of an event that it does not take. */
const faultSchema = z.object({
  message: z.string().optional(),
  errors: z.array(z.string()).optional(),
});

export const PAGERDUTY = defineSinkType({
  type: "pagerduty",
  usually: "pages",
  schema,
  open(config, surroundings) {
    const url = new URL(config.url ?? REGIONS[config.region]);
    const authorities = openAuthorities(config, surroundings);
    const routingKey = createKeptSecret({
      file: config.routingKeyFile,
      readSecret: surroundings.readSecret,
      parse: (text) => (ROUTING_KEY.test(text) ? text : undefined),
      expected: "holds no integration key of PagerDuty, which has 32 letters and digits",
    });
    return {
      name: surroundings.name,
      // An update is a trigger there: it begins what somebody has resolved anew, and changes nothing else.
      showsUpdates: false,
      async deliver(notification, { signal }) {
        const key = routingKey();
        const answer = await post({
          url,
          body: JSON.stringify(toPagerDutyEvent(notification, key)),
          contentType: "application/json",
          authorities: authorities(),
          signal,
        });
        return toOutcome(answer, answer.status === "answered" ? toFaults(answer, key) : "");
      },
    };
  },
});

function toFaults({ body }: PostAnswer, secret: string): string {
  const { data } = faultSchema.safeParse(readJson(body));
  const told = [data?.message, ...(data?.errors ?? [])].filter((one) => one !== undefined);
  const shown = told.slice(0, MAX_FAULTS).join("; ").replaceAll(secret, "…");
  return toVisibleText(shown, MAX_FAULT_CHARACTERS);
}
