/** Characters of CI logs, the commonest first; those that are not in it are rarer than all of these. */
const COMMON = "-e taoinsr0l1c2d3p.m4u5/6h789:fgb\"_ykvw=,xjqz()[]@<>'+";
const GRAM_BYTES = 4;

/** Where in a literal the four bytes begin that are the least common in logs: by them the scanner finds it. */
export function chooseGram(literal: Uint8Array): number {
  // One of three bytes has a gram for each byte that may follow.
  let best = 0;
  let bestRarity = -1;
  for (let at = 0; at + GRAM_BYTES <= literal.length; at++) {
    const rarity = toRarity(literal.subarray(at, at + GRAM_BYTES));
    if (rarity > bestRarity) {
      best = at;
      bestRarity = rarity;
    }
  }
  return best;
}

function toRarity(gram: Uint8Array): number {
  let rarity = 0;
  for (const byte of gram) {
    const rank = COMMON.indexOf(String.fromCharCode(byte).toLowerCase());
    rarity += rank === -1 ? COMMON.length : rank;
  }
  return rarity;
}
