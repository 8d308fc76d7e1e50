import { standsAt } from "../value/ascii.ts";
import { NAME_ANCHORS } from "./sensitive-name.ts";

const LITERALS_BY_BYTE = groupByFirstByte();

/** Whether the name goes on with another part that says that its value is a secret: that one is asked. */
export function hasLaterPart(bytes: Uint8Array, from: number, nameEnd: number): boolean {
  for (let at = from; at < nameEnd; at++) {
    const literals = LITERALS_BY_BYTE[bytes[at] ?? 0];
    if (literals === undefined) continue;
    for (const literal of literals) {
      if (at + literal.length <= nameEnd && standsAt(bytes, at, literal)) return true;
    }
  }
  return false;
}

function groupByFirstByte(): readonly (readonly string[] | undefined)[] {
  const groups = Array.from({ length: 256 }, (_, byte) => {
    const first = String.fromCharCode(byte).toLowerCase();
    return NAME_ANCHORS.map(({ literal }) => literal).filter((literal) =>
      literal.startsWith(first),
    );
  });
  return groups.map((literals) => (literals.length === 0 ? undefined : literals));
}
