/** The cookie that a session of the dashboard has in a browser (https://www.rfc-editor.org/rfc/rfc6265). */
import type { IncomingHttpHeaders } from "node:http";

/** Browsers take it over TLS alone, for this host alone, and keep neighbours under the same domain from setting it. */
const SECURE_NAME = "__Host-runner-guard";
/** Where there is no TLS, browsers would not keep the other. */
const PLAIN_NAME = "runner-guard";
const SECRET = /^[\w-]{43}$/;

export interface CookiePlace {
  /** People reach the collector by https alone, as its operator said. */
  readonly isHttpsOnly: boolean;
}

/** Undefined: there is none, or none that could be a session's. */
export function readSessionCookie(
  { cookie = "" }: IncomingHttpHeaders,
  { isHttpsOnly }: CookiePlace,
): string | undefined {
  const given = new Map(cookie.split(";").map(toPair));
  const secret = given.get(SECURE_NAME) ?? (isHttpsOnly ? undefined : given.get(PLAIN_NAME));
  return secret !== undefined && SECRET.test(secret) ? secret : undefined;
}

/** `Set-Cookie` for a session; an empty secret takes it away. */
export function toSessionCookie(secret: string, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  const until = secret === "" ? "; Max-Age=0" : "";
  return `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}${until}`;
}

/** Whether the page that asks came over TLS, as its browser says. Who lies here says it of his own cookie alone. */
export function isOverTls({ origin = "" }: IncomingHttpHeaders, place: CookiePlace): boolean {
  return place.isHttpsOnly || origin.startsWith("https://");
}

function toPair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
