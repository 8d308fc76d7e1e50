/** Microsoft Teams, by a workflow that posts a card when its webhook is asked. Each card is a message of its own: workflows tell nobody which one they posted. */
import { z } from "zod";

import { defineSinkType } from "../../sink-type.ts";
import { ENDPOINT_FAULT, openAuthorities, parseEndpoint, WAY_FIELDS } from "../endpoint.ts";
import { createKeptSecret } from "../kept-secret.ts";
import { post, toOutcome } from "../post.ts";
import { toTeamsMessage } from "./to-card.ts";

/** Of connectors, which Microsoft has retired. */
const RETIRED = /(?:^|\.)(?:webhook\.office\.com|outlook\.office(?:365)?\.com)$/;
const GONE = "the workflow was removed or switched off, or has another address now";
const ADVICE: ReadonlyMap<number, string> = new Map([
  [400, "the workflow is not one that posts what its webhook is sent"],
  [401, GONE],
  [403, GONE],
  [404, GONE],
]);

const schema = z.strictObject({
  type: z.literal("teams"),
  /** Of the workflow's trigger "When a Teams webhook request is received": whoever knows it may post. */
  urlFile: z.string().min(1),
  ...WAY_FIELDS,
});

export const TEAMS = defineSinkType({
  type: "teams",
  usually: "all",
  schema,
  open(config, surroundings) {
    const authorities = openAuthorities(config, surroundings);
    const url = createKeptSecret({
      file: config.urlFile,
      readSecret: surroundings.readSecret,
      parse: (text) => {
        const given = parseEndpoint(text, config);
        return given === undefined || RETIRED.test(given.hostname) ? undefined : given;
      },
      expected: `${ENDPOINT_FAULT}; it has to be of a workflow, since connectors of Office (webhook.office.com) are retired`,
    });
    return {
      name: surroundings.name,
      async deliver(notification, { signal }) {
        const answer = await post({
          url: url(),
          body: JSON.stringify(toTeamsMessage(notification)),
          contentType: "application/json",
          authorities: authorities(),
          signal,
        });
        return toOutcome(
          answer,
          answer.status === "answered" ? (ADVICE.get(answer.code) ?? "") : "",
        );
      },
    };
  },
});
