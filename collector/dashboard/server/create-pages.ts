/** The dashboard's files, as they were built: one page for all addresses of its own, and what that loads. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

import { PAGE_HEADERS } from "./page-headers.ts";
import type { FindPage, Page, PageRequest } from "./page.ts";

const BUILT = join(import.meta.dirname, "../dist");
const ASSETS = "/assets/";
/** Each is one page of the client's, which reads the rest of the address. */
const OWN_PATHS: ReadonlySet<string> = new Set([
  "",
  "runs",
  "findings",
  "incidents",
  "baselines",
  "fleet",
  "settings",
]);
/** What is none of these the API refuses, with a reason. */
const PLAIN_PATH = /^\/(?!\/)[\w.~%/!'()*-]*$/;
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
/** Their names change with what they hold. */
const FOR_EVER = "public, max-age=31536000, immutable";
/** The page names its files: an older one would name those that are gone. */
const ASK_EACH_TIME = "no-cache";
const MISSING = `The dashboard was not built here: \`npm run build:dashboard\` makes it. The API under /v1 is there without it.\n`;

interface PageFile {
  readonly etag: string;
  readonly type: string;
  readonly caching: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

export function createPages(folder = BUILT): FindPage {
  const assets = readAssets(folder);
  const page = readFile(join(folder, "index.html"), ASK_EACH_TIME);
  return (request) => {
    const { method, url = "" } = request;
    if (method !== "GET" && method !== "HEAD") return undefined;
    const [path = ""] = url.split("?", 1);
    if (!PLAIN_PATH.test(path)) return undefined;
    if (path.startsWith(ASSETS)) {
      const asset = assets.get(path.slice(ASSETS.length));
      return asset === undefined ? undefined : toPage(asset, request);
    }
    if (!OWN_PATHS.has(path.split("/", 2)[1] ?? "")) return undefined;
    return page === undefined ? toMissing() : toPage(page, request);
  };
}

function readAssets(folder: string): ReadonlyMap<string, PageFile> {
  const assets = new Map<string, PageFile>();
  for (const name of list(join(folder, "assets"))) {
    const file = readFile(join(folder, "assets", name), FOR_EVER);
    if (file !== undefined) assets.set(name, file);
  }
  return assets;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readFile(path: string, caching: string): PageFile | undefined {
  const type = TYPES[extname(path)];
  if (type === undefined) return undefined;
  try {
    const plain = readFileSync(path);
    const etag = `"${createHash("sha256").update(plain).digest("base64url")}"`;
    return { etag, type, caching, plain, packed: gzipSync(plain, { level: 9 }) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function toPage({ etag, type, caching, plain, packed }: PageFile, { headers }: PageRequest): Page {
  const common = { ...PAGE_HEADERS, "cache-control": caching, etag, vary: "accept-encoding" };
  if (headers["if-none-match"] === etag) {
    return { status: 304, headers: common, content: Buffer.alloc(0) };
  }
  const mayPack = /\bgzip\b/.test(headers["accept-encoding"] ?? "");
  const encoding = mayPack ? { "content-encoding": "gzip" } : {};
  return {
    status: 200,
    headers: { ...common, ...encoding, "content-type": type },
    content: mayPack ? packed : plain,
  };
}

function toMissing(): Page {
  const headers = {
    ...PAGE_HEADERS,
    "cache-control": "no-store",
    "content-type": "text/plain; charset=utf-8",
  };
  return { status: 503, headers, content: Buffer.from(MISSING) };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
