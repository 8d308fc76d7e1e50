/** Whether the text stands there; its letters are lower case, and those of the bytes may be either. */
export function standsAt(bytes: Uint8Array, at: number, lowerText: string): boolean {
  for (let index = 0; index < lowerText.length; index++) {
    if (toLower(bytes[at + index] ?? 0) !== lowerText.charCodeAt(index)) return false;
  }
  return true;
}

/** For short stretches; each byte becomes one character. */
export function toCharacters(bytes: Uint8Array, from: number, to: number): string {
  let characters = "";
  for (let at = from; at < to; at++) characters += String.fromCharCode(bytes[at] ?? 0);
  return characters;
}

export function isLetter(byte: number): boolean {
  const lower = toLower(byte);
  return lower >= 0x61 && lower <= 0x7a;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Blanks, line ends and other control characters: none of them belongs to a value without quotes. */
export function isBlankOrControl(byte: number): boolean {
  return byte <= 0x20 || byte === 0x7f;
}

function toLower(byte: number): number {
  return isUpper(byte) ? byte + 0x20 : byte;
}
