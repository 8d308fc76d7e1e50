/** The API server of a cluster, as far as identities are asked for there. */
import { closeSync, openSync, readSync } from "node:fs";

import { fetchJson, type JsonReply } from "../fetch-json.ts";

export interface ClusterApi {
  /** Rejects where nobody answers. */
  get(path: string): Promise<JsonReply>;
  post(path: string, json: unknown): Promise<JsonReply>;
}

export interface ClusterApiOptions {
  readonly server: string;
  /** PEM. */
  readonly authorities: string;
  /** The collector's own token, which Kubernetes writes anew before it expires. */
  readonly tokenFile: string;
}

const TIMEOUT_MS = 5_000;
/** A pod has some 20 KB, and no object of a cluster more than a mebibyte and a half. */
const MAX_BYTES = 2_097_152;
const MAX_TOKEN_BYTES = 16_384;

export function createClusterApi({
  server,
  authorities,
  tokenFile,
}: ClusterApiOptions): ClusterApi {
  const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, authorities };
  const toUrl = (path: string): URL => new URL(path, server);
  return {
    get: (path) => fetchJson({ ...bounds, url: toUrl(path), bearer: readTokenFile(tokenFile) }),
    post: (path, json) =>
      fetchJson({ ...bounds, url: toUrl(path), bearer: readTokenFile(tokenFile), json }),
  };
}

/** Throws what the system says, and where it holds no token. */
export function readTokenFile(path: string): string {
  const bytes = Buffer.alloc(MAX_TOKEN_BYTES);
  const descriptor = openSync(path, "r");
  try {
    const token = bytes
      .toString("latin1", 0, readSync(descriptor, bytes, 0, bytes.length, 0))
      .trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
    throw new Error(`${path} holds no token`);
  } finally {
    closeSync(descriptor);
  }
}
