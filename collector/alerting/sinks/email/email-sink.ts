/** Mail by SMTP: one thread an incident. */
import { z } from "zod";

import { toVisibleText } from "../../../visible-text.ts";
import { defineSinkType, type SinkSurroundings } from "../../sink-type.ts";
import type { DeliveryOutcome } from "../../sink.ts";
import { openAuthorities } from "../endpoint.ts";
import { readJson } from "../read-json.ts";
import { type EmailConfig, emailSchema } from "./email-config.ts";
import {
  MAIL_ATTEMPT_MS,
  type MailOutcome,
  type MailServer,
  type Refusal,
  sendMail,
} from "./smtp.ts";
import { type Thread, toMail } from "./to-mail.ts";

const MAX_ANSWER_CHARACTERS = 200;

const threadSchema = z.object({ messageId: z.string(), subject: z.string() });

export const EMAIL = defineSinkType({
  type: "email",
  usually: "all",
  schema: emailSchema,
  open(config, surroundings) {
    const readServer = openServer(config, surroundings);
    return {
      name: surroundings.name,
      attemptMs: MAIL_ATTEMPT_MS,
      async deliver(notification, { reference, signal }) {
        const thread = readThread(reference);
        const mail = toMail(notification, config, thread);
        const sent = await sendMail(readServer(), mail, signal);
        const outcome = toOutcome(config.host, sent);
        if (outcome.status !== "delivered") return outcome;
        const { messageId, subject } = mail;
        return { ...outcome, reference: JSON.stringify(thread ?? { messageId, subject }) };
      },
    };
  },
});

/** Throws `usage`. */
function openServer(config: EmailConfig, surroundings: SinkSurroundings): () => MailServer {
  const { host, port, security, username, passwordFile } = config;
  const readAuthorities = openAuthorities({ ...config, plainHttp: false }, surroundings);
  const readLogin = (): MailServer["login"] =>
    username === undefined || passwordFile === undefined
      ? undefined
      : { username, password: surroundings.readSecret(passwordFile) };
  readLogin();
  return () => ({ host, port, security, authorities: readAuthorities(), login: readLogin() });
}

function readThread(reference: string | undefined): Thread | undefined {
  return threadSchema.safeParse(readJson(reference ?? "")).data;
}

/**
 * Where some may have it later, all are sent it again: the same mail by its id. Whom the server will never take it for does not keep
 * it from the others.
 */
function toOutcome(host: string, sent: MailOutcome): DeliveryOutcome {
  if (sent.status === "unreached") {
    const why = toVisibleText(sent.reason, MAX_ANSWER_CHARACTERS);
    return { status: "retryable", reason: `${host} could not be sent it: ${why}` };
  }
  if (sent.status === "refused") return ofRefusal(host, sent.refusal);
  const later = sent.refused.find(isForNow);
  return later === undefined ? { status: "delivered" } : ofRefusal(host, later);
}

function ofRefusal(host: string, refusal: Refusal): DeliveryOutcome {
  const said = toVisibleText(refusal.said, MAX_ANSWER_CHARACTERS);
  const reason = `${host} answered ${refusal.code}${said === "" ? "" : `: ${said}`}`;
  return { status: isForNow(refusal) ? "retryable" : "refused", reason };
}

function isForNow({ code }: Refusal): boolean {
  return code < 500;
}
