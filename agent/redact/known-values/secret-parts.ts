/** Shorter strings of a document are words like `oauth2`. */
const MIN_LEAF_CHARACTERS = 8;
const MAX_DEPTH = 8;
/** Of a document that names more, nobody prints one. */
const MAX_PARTS = 256;
const MAX_DOCUMENT_CHARACTERS = 1 << 20;
const MIN_ENCODED_CHARACTERS = 16;

/** Of a service account's key and of a docker configuration, what anybody may know. */
const PUBLIC_NAMES = new Set([
  "type",
  "project_id",
  "client_email",
  "universe_domain",
  "email",
  "username",
  "serveraddress",
]);

/** Secrets that are part of a secret value: the password of a URL, the strings of a JSON document. */
export function toSecretParts(value: string): string[] {
  if (value.length > MAX_DOCUMENT_CHARACTERS) return [];
  const parts = new Set<string>();
  addParts(value, parts);
  return [...parts].slice(0, MAX_PARTS);
}

function addParts(value: string, parts: Set<string>): void {
  const document = parseDocument(value) ?? parseDocument(fromBase64(value) ?? "");
  if (document !== undefined) addLeaves(document, { parts, depth: 0 });
  for (const password of passwordsOf(value)) parts.add(password);
}

function parseDocument(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Documents are put into variables in base64, for their newlines. */
function fromBase64(value: string): string | undefined {
  const isEncoded =
    value.length >= MIN_ENCODED_CHARACTERS && /^[A-Za-z0-9+/_\-\r\n]+={0,2}\s*$/.test(value);
  return isEncoded ? Buffer.from(value, "base64").toString("utf8") : undefined;
}

interface Place {
  readonly parts: Set<string>;
  readonly depth: number;
}

function addLeaves(node: object, { parts, depth }: Place): void {
  for (const [name, leaf] of Object.entries(node)) {
    if (parts.size >= MAX_PARTS) return;
    if (typeof leaf === "object" && leaf !== null) {
      if (depth < MAX_DEPTH) addLeaves(leaf, { parts, depth: depth + 1 });
    } else if (typeof leaf === "string" && !PUBLIC_NAMES.has(name)) {
      addLeaf(name, leaf, parts);
    }
  }
}

function addLeaf(name: string, leaf: string, parts: Set<string>): void {
  if (name === "auth") addPasswordOfPair(leaf, parts);
  const passwords = passwordsOf(leaf);
  for (const password of passwords) parts.add(password);
  if (leaf.length < MIN_LEAF_CHARACTERS || (isUrl(leaf) && passwords.length === 0)) return;
  parts.add(leaf);
}

/** docker's `auth` is `user:password` in base64. */
function addPasswordOfPair(auth: string, parts: Set<string>): void {
  const pair = Buffer.from(auth, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon !== -1 && colon + 1 < pair.length) parts.add(pair.slice(colon + 1));
}

function isUrl(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text);
}

/** As it stands in the URL, and without its escapes. */
function passwordsOf(text: string): string[] {
  const password = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#]*)@/.exec(text)?.[1] ?? "";
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
