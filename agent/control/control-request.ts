/** What may be asked of a running guard. Whoever asks may be the job: a request can make the guard stricter, never laxer. */
import { parseJson } from "../parse-json.ts";
import { toVisibleText } from "../visible-text.ts";

export interface Label {
  readonly key: string;
  readonly value: string;
}

/** A secret that the guard is to know. */
export interface Mask {
  readonly value: string;
}

/** Each part is left out where it is to stay as it is. */
export interface Tightening {
  readonly deny: readonly string[];
  /** Of what is allowed that alone which these cover stays so. */
  readonly allowOnly?: readonly string[];
  readonly mode?: "block";
  readonly dns?: "allowed-names";
  readonly sni?: "verify";
}

export type ControlRequest =
  | { readonly command: "finish" }
  | { readonly command: "status" }
  | ({ readonly command: "label" } & Label)
  | ({ readonly command: "mask" } & Mask)
  | ({ readonly command: "tighten" } & Tightening);

/** `isLoosening`: what was asked for would have made the guard weaker. */
export interface Refusal {
  readonly refused: string;
  readonly isLoosening: boolean;
}

const MAX_KEY_CHARACTERS = 64;
const MAX_VALUE_CHARACTERS = 1_024;
/** With destinations of the greatest length, what a line of 64 KiB holds. */
const MAX_DENY = 200;
/** Each is held against each that is allowed: 5 million pairs at the most, some 200 ms. */
const MAX_ALLOW_ONLY = 500;
/** Of a destination in a policy. */
const MAX_DESTINATION_CHARACTERS = 300;
const MAX_QUOTED_CHARACTERS = 60;
/** An RSA key of 8,192 bits in PEM has some 6,400; escaped in JSON it still fits a line. */
export const MAX_MASK_CHARACTERS = 8_192;

const KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;
const NEVER_LOOSER = "a running guard can be made stricter, never laxer";
/** What would make it weaker if it were done: told of as tampering. */
const LOOSENING_COMMANDS = [
  "allow",
  "audit",
  "disable",
  "loosen",
  "pause",
  "resume",
  "stop",
  "unmask",
];

/** The only settings, and for each the one value that cannot be laxer than what is in force, and the one that is. */
const STRICTEST = { mode: "block", dns: "allowed-names", sni: "verify" } as const;
const LAXEST: Readonly<Record<string, string>> = { mode: "audit", dns: "any", sni: "off" };

export function parseControlRequest(line: string): ControlRequest | Refusal {
  const value = parseJson(line);
  if (!isRecord(value)) return refuse("the request is no JSON object on one line");
  const { command } = value;
  if (typeof command !== "string") return refuse("the request names no command");
  switch (command) {
    case "finish":
    case "status":
      return findForeignKey(value, []) ?? { command };
    case "label":
      return findForeignKey(value, ["key", "value"]) ?? parseLabel(value);
    case "mask":
      return findForeignKey(value, ["value"]) ?? parseMask(value);
    case "tighten":
      return (
        findForeignKey(value, ["deny", "allowOnly", ...Object.keys(STRICTEST)]) ??
        parseTightening(value)
      );
    default:
      return LOOSENING_COMMANDS.includes(command)
        ? loosening(quote(command))
        : refuse(
            `there is no command ${quote(command)}: finish, label, mask, tighten and status are all`,
          );
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseLabel({ key, value }: Fields): ControlRequest | Refusal {
  if (typeof key !== "string" || key.length > MAX_KEY_CHARACTERS || !KEY.test(key)) {
    return refuse(
      `a label's key has up to ${MAX_KEY_CHARACTERS} letters, digits, and . _ / - after the first`,
    );
  }
  if (typeof value !== "string" || value.length > MAX_VALUE_CHARACTERS) {
    return refuse(`a label's value is text of up to ${MAX_VALUE_CHARACTERS} characters`);
  }
  return { command: "label", key, value };
}

/** The value is never quoted: it is a secret. */
function parseMask({ value }: Fields): ControlRequest | Refusal {
  if (typeof value !== "string" || value === "" || value.length > MAX_MASK_CHARACTERS) {
    return refuse(`a value to mask is text of 1 to ${MAX_MASK_CHARACTERS} characters`);
  }
  return { command: "mask", value };
}

function parseTightening(fields: Fields): ControlRequest | Refusal {
  const { deny = [], allowOnly, mode, dns, sni } = fields;
  const wrong = findWrongSetting(fields);
  if (wrong !== undefined) return wrong;
  if (!Array.isArray(deny) || !deny.every(isDestination)) {
    return refuse(
      `deny is a list of texts of 1 to ${MAX_DESTINATION_CHARACTERS} characters, such as ["evil.example"]`,
    );
  }
  if (deny.length > MAX_DENY) return refuse(`deny has more than ${MAX_DENY} entries: ask again`);
  if (allowOnly !== undefined && !isAllowOnly(allowOnly)) {
    return refuse(
      `allowOnly is a list of 1 to ${MAX_ALLOW_ONLY} texts of up to ${MAX_DESTINATION_CHARACTERS} characters, such as ["github.com:443"]`,
    );
  }
  const settings = {
    ...(allowOnly === undefined ? {} : { allowOnly }),
    ...(mode === undefined ? {} : { mode: STRICTEST.mode }),
    ...(dns === undefined ? {} : { dns: STRICTEST.dns }),
    ...(sni === undefined ? {} : { sni: STRICTEST.sni }),
  };
  if (deny.length === 0 && Object.keys(settings).length === 0) {
    return refuse("there is nothing to tighten: give deny, allowOnly, mode, dns or sni");
  }
  return { command: "tighten", deny, ...settings };
}

function findWrongSetting(fields: Fields): Refusal | undefined {
  const wrong = Object.entries(STRICTEST).find(
    ([name, strictest]) => fields[name] !== undefined && fields[name] !== strictest,
  );
  if (wrong === undefined) return undefined;
  const [name, strictest] = wrong;
  const advice = `${name} can be set to ${strictest} alone`;
  return fields[name] === LAXEST[name]
    ? loosening(`${name} ${quote(fields[name])}`, advice)
    : refuse(`${name} ${quote(fields[name])} is not known: ${advice}`);
}

function findForeignKey(fields: Fields, known: readonly string[]): Refusal | undefined {
  const foreign = Object.keys(fields).find((key) => key !== "command" && !known.includes(key));
  if (foreign === undefined) return undefined;
  return foreign === "allow" || LOOSENING_COMMANDS.includes(foreign)
    ? loosening(quote(foreign))
    : refuse(`the request has ${quote(foreign)}, which nothing here has`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDestination(value: unknown): value is string {
  return (
    typeof value === "string" && value.length > 0 && value.length <= MAX_DESTINATION_CHARACTERS
  );
}

function isAllowOnly(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_ALLOW_ONLY &&
    value.every(isDestination)
  );
}

function refuse(refused: string): Refusal {
  return { refused, isLoosening: false };
}

function loosening(what: string, advice = "end the guard to be without it"): Refusal {
  return { refused: `${what} is refused: ${NEVER_LOOSER}; ${advice}`, isLoosening: true };
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? value : typeof value;
  return `"${toVisibleText(text, MAX_QUOTED_CHARACTERS)}"`;
}
