/** How much of a name is data in some encoding, told by how unlike words it is. */

/** A shorter run of letters says nothing: `x86assets2`. */
const MIN_RUN = 16;
/** Of many short labels together. */
const MIN_JOINED = 40;
const MIN_LABELS = 4;
/** In words two of five letters are vowels (with y); of random ones, one of five. */
const MAX_VOWELS = 0.24;
const SEPARATORS = /[.\-_]/;

/** `labels`: what stands before the registered domain. */
export function countEncoded(labels: string): number {
  let runs = 0;
  for (const run of labels.split(SEPARATORS)) {
    if (run.length >= MIN_RUN && isEncoded(run)) runs += run.length;
  }
  const joined = labels.replaceAll(".", "");
  const isCut = labels.split(".").length >= MIN_LABELS && joined.length >= MIN_JOINED;
  return isCut && runs < joined.length && isEncoded(joined) ? joined.length : runs;
}

/** The letters of base16, 32, 36 and 64 come with digits strewn in between; those of words, at their ends. */
function isEncoded(text: string): boolean {
  let digits = 0;
  let vowels = 0;
  let changes = 0;
  let wasDigit = isDigit(text.charCodeAt(0));
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isOne = isDigit(code);
    if (isOne) digits += 1;
    else if (isVowel(code)) vowels += 1;
    if (isOne !== wasDigit) changes += 1;
    wasDigit = isOne;
  }
  const letters = text.length - digits;
  return changes >= text.length / 8 || letters === 0 || vowels / letters <= MAX_VOWELS;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** a, e, i, o, u, y. */
function isVowel(code: number): boolean {
  switch (code) {
    case 0x61:
    case 0x65:
    case 0x69:
    case 0x6f:
    case 0x75:
    case 0x79:
      return true;
    default:
      return false;
  }
}
