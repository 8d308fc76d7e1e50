/** Where a sink posts to: what the operator's file says of it, and of the way there. */
import { z } from "zod";

import type { SinkSurroundings } from "../sink-type.ts";
import { isLoopback } from "./is-loopback.ts";
import { createKeptSecret } from "./kept-secret.ts";

/** Of each sink that posts. */
export const WAY_FIELDS = {
  /** The way is safe without TLS. To this machine itself it need not be said. */
  plainHttp: z.boolean().default(false),
  /** PEM: trusted instead of those that Node.js knows. */
  caFile: z.string().min(1).optional(),
};

export interface Way {
  readonly plainHttp: boolean;
  readonly caFile?: string | undefined;
}

export const ENDPOINT_FAULT =
  'no address that begins with https:// and holds no password; http:// is for this machine alone, unless "plainHttp": true says that the way is safe';

/** Undefined where it is none, or one that nothing may be sent to. */
export function parseEndpoint(text: string, { plainHttp }: Way): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return undefined;
  if (url.protocol === "https:") return url;
  const isAllowed = url.protocol === "http:" && (plainHttp || isLoopback(url.hostname));
  return isAllowed ? url : undefined;
}

/** One that is a secret itself, and stands in a file. Throws `usage`. */
export function openSecretEndpoint(
  file: string,
  way: Way,
  { readSecret }: SinkSurroundings,
): () => URL {
  return createKeptSecret({
    file,
    readSecret,
    parse: (text) => parseEndpoint(text, way),
    expected: ENDPOINT_FAULT,
  });
}

/** What `caFile` holds. Throws `usage`. */
export function openAuthorities(
  { caFile }: Way,
  { readSecret }: SinkSurroundings,
): () => string | undefined {
  if (caFile === undefined) return () => undefined;
  return createKeptSecret({
    file: caFile,
    readSecret,
    parse: (text) => (text.includes("-----BEGIN CERTIFICATE-----") ? text : undefined),
    expected: "no certificate in PEM",
  });
}
