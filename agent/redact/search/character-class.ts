/** Sets of bytes that runs are made of. The scanner knows them by number, the detectors by `isOf`. */
const MEMBERS = {
  digit: "0-9",
  lowerHex: "0-9a-f",
  hex: "0-9a-fA-F",
  lower: "a-z",
  upper: "A-Z",
  lowerAlphanumeric: "0-9a-z",
  upperAlphanumeric: "0-9A-Z",
  alphanumeric: "0-9A-Za-z",
  /** What identifiers are made of. */
  word: "0-9A-Za-z_",
  /** RFC 4648 section 6. */
  base32: "A-Z2-7",
  /** RFC 4648 section 4, without padding. */
  base64: "0-9A-Za-z+/",
  /** RFC 4648 section 5. */
  base64url: "0-9A-Za-z_-",
  /** Either of these. */
  anyBase64: "0-9A-Za-z+/_-",
  /** As it stands in a URL. */
  percentBase64: "0-9A-Za-z+/%_-",
  /** Bytes in hex with something between them. */
  colonHex: "0-9a-fA-F:",
  dashedHex: "0-9a-fA-F-",
  blankHex: "0-9a-fA-F ",
  /** And dots between parts, as in a JWT. */
  dottedBase64url: "0-9A-Za-z_.-",
  /** RFC 9110 section 11.2, without padding. */
  token68: "0-9A-Za-z._~+/-",
  /** What the user part of a URL may hold, as written by people who do not encode: no blank, quote, slash, angle or at. */
  userInfo: "!$%&()*+,.0-9:;=?A-Z^_a-z{|}~#[]\\-",
  /** Bytes in decimal, over several lines. */
  numberList: "0-9, \t\r\n",
  /** What ends the part of a URL that holds user and host, in text too. */
  urlPartEnd: "/?#\"'`<>\\ \t\r\n",
  blank: " \t",
  quote: "\"'`",
  /** Of a line, in UTF-16 too. */
  printable: " -~\t\r",
  /** Printable ASCII without the blank. */
  visible: "!-~",
} as const;

export type CharacterClass = keyof typeof MEMBERS;

const CHARACTER_CLASSES = Object.keys(MEMBERS).filter(isCharacterClass);

/** Bit n of entry b is set when byte b is of class n. At most 32 classes. */
export const CLASS_BITS = createClassBits();

const BITS = new Map(CHARACTER_CLASSES.map((name, index) => [name, (1 << index) >>> 0] as const));

/** The class as a bit of CLASS_BITS. */
export function toClassBit(name: CharacterClass): number {
  return BITS.get(name) ?? 0;
}

export function isOf(name: CharacterClass, byte: number | undefined): boolean {
  return byte !== undefined && ((CLASS_BITS[byte] ?? 0) & toClassBit(name)) !== 0;
}

/** The first position from `from` on that is not of the class, or `to`. */
export function findRunEnd(
  bytes: Uint8Array,
  name: CharacterClass,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const bit = toClassBit(name);
  let at = from;
  while (at < to && ((CLASS_BITS[bytes[at] ?? 0] ?? 0) & bit) !== 0) at++;
  return at;
}

/** The first position of the run of the class that ends before `from`, not before `to`. */
export function findRunStart(
  bytes: Uint8Array,
  name: CharacterClass,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const bit = toClassBit(name);
  let at = from;
  while (at > to && ((CLASS_BITS[bytes[at - 1] ?? 0] ?? 0) & bit) !== 0) at--;
  return at;
}

function isCharacterClass(name: string): name is CharacterClass {
  return name in MEMBERS;
}

function createClassBits(): Uint32Array {
  const bits = new Uint32Array(256);
  for (const [index, name] of CHARACTER_CLASSES.entries()) {
    for (const byte of toBytes(MEMBERS[name])) bits[byte] = (bits[byte] ?? 0) | (1 << index);
  }
  return bits;
}

/** `a-z` is a range; a `-` at the end stands for itself. */
function toBytes(members: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members.charCodeAt(at);
    const isRange = members[at + 1] === "-" && at + 2 < members.length;
    const last = isRange ? members.charCodeAt(at + 2) : first;
    for (let byte = first; byte <= last; byte++) bytes.push(byte);
    if (isRange) at += 2;
  }
  return bytes;
}
