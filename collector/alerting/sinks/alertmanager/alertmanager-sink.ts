/** Prometheus' Alertmanager, one or a cluster of them. */
import { z } from "zod";

import { toVisibleText } from "../../../visible-text.ts";
import { defineSinkType, type SinkSurroundings } from "../../sink-type.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { ENDPOINT_FAULT, openAuthorities, parseEndpoint, WAY_FIELDS } from "../endpoint.ts";
import { type Post, post, toOutcome } from "../post.ts";
import { type ToldAs, toAlerts } from "./to-alerts.ts";

/**
 * Alertmanager keeps alerts in memory alone, and ends by itself what it is not told of again: what is open is told again each quarter of
 * an hour, and stands for three more.
 */
const REPEAT_MS = 900_000;
const STANDS_FOR_MS = 4 * REPEAT_MS;
/** A cluster has three; each is told at once. */
const MAX_ADDRESSES = 8;
const MAX_LABELS = 16;
const MAX_ANSWER_CHARACTERS = 200;
const API = "/api/v2/alerts";

const schema = z
  .strictObject({
    type: z.literal("alertmanager"),
    /** Of each member of the cluster, and of no load balancer: each has to be told. A path before `/api` may follow. */
    urls: z.array(z.string()).min(1).max(MAX_ADDRESSES),
    username: z.string().min(1).optional(),
    /** Of `username`; without one it holds a bearer token. */
    passwordFile: z.string().min(1).optional(),
    /** Put on each alert. */
    labels: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "no name of a label"),
        z.string().max(256),
      )
      .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `more than ${MAX_LABELS}`)
      .default({}),
    ...WAY_FIELDS,
  })
  .transform((config, context) => {
    const urls = config.urls.flatMap((text, index) => {
      const url = parseEndpoint(`${text.replace(/\/+$/, "")}${API}`, config);
      if (url !== undefined) return [url];
      context.addIssue({ code: "custom", path: ["urls", index], message: ENDPOINT_FAULT });
      return [];
    });
    return { ...config, urls };
  });
type Config = z.infer<typeof schema>;

export const ALERTMANAGER = defineSinkType({
  type: "alertmanager",
  usually: "all",
  schema,
  open(config, surroundings) {
    const readAuthorities = openAuthorities(config, surroundings);
    const readHeaders = openHeaders(config, surroundings);
    return {
      name: surroundings.name,
      repeatMs: REPEAT_MS,
      async deliver(notification, { reference, signal }) {
        const alerts = toAlerts(notification, {
          labels: config.labels,
          toldAs: readTold(reference),
          standsForMs: STANDS_FOR_MS,
        });
        const outcome = await tellAll(config.urls, {
          body: JSON.stringify(alerts),
          contentType: "application/json",
          headers: readHeaders(),
          authorities: readAuthorities(),
          signal,
        });
        const { severity, urgency } = notification.incident;
        return outcome.status === "delivered"
          ? { ...outcome, reference: `${severity} ${urgency}` }
          : outcome;
      },
    };
  },
});

function readTold(reference: string | undefined): ToldAs | undefined {
  const [severity, urgency] = reference?.split(" ") ?? [];
  if (severity === undefined || (urgency !== "page" && urgency !== "ticket")) return undefined;
  return { severity, urgency };
}

/**
 * Members of a cluster tell one another whom they have notified, and not of alerts: one that took it is enough for now, the others hear
 * of it with the next repeat.
 */
async function tellAll(urls: readonly URL[], telling: Omit<Post, "url">): Promise<DeliveryOutcome> {
  const outcomes = await Promise.all(
    urls.map(async (url) => {
      const answer = await post({ ...telling, url });
      return toOutcome(answer, answer.status === "answered" ? toDetail(answer.body) : "");
    }),
  );
  const findOne = (status: DeliveryOutcome["status"]): DeliveryOutcome | undefined =>
    outcomes.find((one) => one.status === status);
  const best = findOne("delivered") ?? findOne("retryable") ?? findOne("refused");
  return best ?? { status: "refused", reason: "there is no address" };
}

/** Throws `usage`. */
function openHeaders(
  { username, passwordFile }: Config,
  { readSecret }: SinkSurroundings,
): () => Readonly<Record<string, string>> {
  if (passwordFile === undefined) return () => ({});
  readSecret(passwordFile);
  return () => {
    const secret = readSecret(passwordFile);
    if (username === undefined) return { authorization: `Bearer ${secret}` };
    const credentials = Buffer.from(`${username}:${secret}`).toString("base64");
    return { authorization: `Basic ${credentials}` };
  };
}

/** It says which label or time it did not like, as a JSON text. */
function toDetail(answer: string): string {
  return toVisibleText(answer, MAX_ANSWER_CHARACTERS);
}
