/** Answers as PagerDuty's Events API v2 does: takes what its documents allow, and has one alert for each `dedup_key`. */
import type { ServerResponse } from "node:http";

import { MAX_EVENT_BYTES, pagerDutyEventSchema } from "../pagerduty/pagerduty-demands.ts";
import { type HttpStandIn, type Received, startHttp, startTls } from "./http-stand-in.ts";

export interface PagerDutyAlert {
  state: "triggered" | "acknowledged" | "resolved";
  /** How often somebody was paged: at its first trigger, and at one after it was resolved. */
  pages: number;
  /** Of its last trigger. */
  summary: string;
  /** Triggers, acknowledgements and resolutions that were taken. */
  events: number;
}

export interface PagerDutyStandIn extends HttpStandIn {
  /** PEM; undefined without TLS. */
  readonly authorities: string | undefined;
  /** By `dedup_key`. */
  readonly alerts: ReadonlyMap<string, PagerDutyAlert>;
  /** The next ones that ask are told to come again. */
  beBusy(times: number, answer?: BusyAnswer): void;
}

interface BusyAnswer {
  readonly code: number;
  readonly retryAfterSeconds?: number;
}

export interface PagerDutyOptions {
  readonly routingKey: string;
  readonly tls?: boolean;
  readonly onAccepted?: (dedupKey: string) => void;
}

export async function startPagerDuty(options: PagerDutyOptions): Promise<PagerDutyStandIn> {
  const alerts = new Map<string, PagerDutyAlert>();
  const busy: BusyAnswer[] = [];
  const answer = (received: Received, response: ServerResponse): void => {
    const answerBusy = busy.shift();
    if (answerBusy === undefined) answerEvent(received, response, { ...options, alerts });
    else {
      const { code, retryAfterSeconds } = answerBusy;
      if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
      response.writeHead(code).end();
    }
  };
  const beBusy = (times: number, one: BusyAnswer = { code: 429 }): void => {
    busy.push(...Array.from({ length: times }, () => one));
  };
  if (options.tls !== true) {
    return Object.assign(await startHttp(answer), { authorities: undefined, alerts, beBusy });
  }
  return Object.assign(await startTls(answer), { alerts, beBusy });
}

interface Account extends PagerDutyOptions {
  readonly alerts: Map<string, PagerDutyAlert>;
}

function answerEvent(received: Received, response: ServerResponse, account: Account): void {
  const { method, path, headers, body } = received;
  const say = (code: number, said: object): void => {
    response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(said));
  };
  const refuse = (errors: readonly string[]): void =>
    say(400, { status: "invalid event", message: "Event object is invalid", errors });

  if (path !== "/v2/enqueue") say(404, { status: "not found", message: "no such path" });
  else if (method !== "POST") say(405, { status: "method not allowed", message: method });
  else if (Buffer.byteLength(body) > MAX_EVENT_BYTES) say(413, { status: "too large" });
  else if (headers["content-type"] !== "application/json") refuse(["Content-Type"]);
  else {
    const { data, error } = pagerDutyEventSchema.safeParse(parse(body));
    if (error !== undefined)
      refuse(error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`));
    else if (data.routing_key !== account.routingKey) refuse(["'routing_key' is invalid"]);
    else {
      const key = data.dedup_key ?? crypto.randomUUID();
      const summary = data.event_action === "trigger" ? data.payload.summary : undefined;
      take(account.alerts, { key, action: data.event_action, summary });
      say(202, { status: "success", message: "Event processed", dedup_key: key });
      account.onAccepted?.(key);
    }
  }
}

interface Taken {
  readonly key: string;
  readonly action: "trigger" | "acknowledge" | "resolve";
  readonly summary: string | undefined;
}

function take(alerts: Map<string, PagerDutyAlert>, { key, action, summary }: Taken): void {
  const alert = alerts.get(key);
  if (action === "trigger") {
    if (alert === undefined) {
      alerts.set(key, { state: "triggered", pages: 1, summary: summary ?? "", events: 1 });
      return;
    }
    if (alert.state === "resolved") {
      alert.state = "triggered";
      alert.pages += 1;
    }
    alert.summary = summary ?? "";
    alert.events += 1;
  } else if (alert !== undefined && alert.state !== "resolved") {
    // Without an alert that is open PagerDuty takes it, and does nothing.
    alert.state = action === "resolve" ? "resolved" : "acknowledged";
    alert.events += 1;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
