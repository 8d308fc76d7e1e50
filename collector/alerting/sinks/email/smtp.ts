/** Mail by SMTP: the only file that knows nodemailer. */
import { createTransport } from "nodemailer";

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `none`: in clear, even where the server offers more. */
  readonly security: "tls" | "starttls" | "none";
  /** PEM: trusted instead of those that Node.js knows. */
  readonly authorities: string | undefined;
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

export interface Mail {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly replyTo: string | undefined;
  /** With its angle brackets, as are the others. */
  readonly messageId: string;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: Date;
  /** Besides the usual ones. */
  readonly headers: Readonly<Record<string, string>>;
}

export type MailOutcome =
  | { readonly status: "accepted"; readonly refused: readonly Refusal[] }
  /** The server's last word. */
  | { readonly status: "refused"; readonly refusal: Refusal }
  /** Why, in words of the system's or of nodemailer's. */
  | { readonly status: "unreached"; readonly reason: string };

export interface Refusal {
  /** Three digits; the first is 4 for what may do later, 5 for what never will. */
  readonly code: number;
  /** In the server's words. */
  readonly said: string;
}

/** For all of it: servers that look senders up take a while to greet. */
export const MAIL_ATTEMPT_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;
/** Of the way there: the name did not resolve, nobody listens, the certificate is another's. Nothing was sent by then. */
const OF_THE_WAY = new Set(["EDNS", "ESOCKET", "ECONNECTION", "ETLS", "ETIMEDOUT"]);

/** One connection for one mail. */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  signal: AbortSignal,
): Promise<MailOutcome> {
  const { host, port, security, authorities, login } = server;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: { minVersion: "TLSv1.2", ...(authorities !== undefined && { ca: authorities }) },
    ...(login !== undefined && { auth: { user: login.username, pass: login.password } }),
    connectionTimeout: MAIL_ATTEMPT_MS,
    greetingTimeout: MAIL_ATTEMPT_MS,
    dnsTimeout: MAIL_ATTEMPT_MS,
    socketTimeout: MAIL_ATTEMPT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
    // Loopback is where some servers are.
    allowInternalNetworkInterfaces: true,
    logger: false,
    // Nothing of a message makes it read a file, or ask an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { at, to, references, ...rest } = mail;
    const { rejectedErrors = [] } = await transport.sendMail({
      ...rest,
      to: [...to],
      references: [...references],
      date: at,
      signal,
    });
    return { status: "accepted", refused: rejectedErrors.map(toRefusal) };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal.code !== 0) return { status: "refused", refusal };
    return { status: "unreached", reason: toReason(error) };
  } finally {
    transport.close();
  }
}

function toRefusal(error: unknown): Refusal {
  const isAnswered = error instanceof Error && "responseCode" in error && "response" in error;
  if (!isAnswered) return { code: 0, said: "" };
  const { responseCode, response } = error;
  return {
    code: Number(responseCode) || 0,
    said: isLogin(error) ? "to the login" : String(response),
  };
}

/** What a server says to a login may hold the login. */
function isLogin(error: Error): boolean {
  return "code" in error && error.code === "EAUTH";
}

/** What else is said may repeat what was sent. */
function toReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string") return "the connection failed";
  return error instanceof Error && OF_THE_WAY.has(code) ? `${code} (${error.message})` : code;
}
