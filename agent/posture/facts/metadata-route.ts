import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";

/** 169.254.169.254 as /proc/net/route writes addresses: the bytes of the address as a little-endian number. */
const METADATA = 0xfe_a9_fe_a9;
const REJECT_FLAG = 0x0200;
const UP_FLAG = 0x0001;

/** Whether packets to a cloud's metadata service would leave this network namespace. Undefined: the routes cannot be read. */
export function hasMetadataRoute(places: PosturePlaces): boolean | undefined {
  const text = readBounded(places, "proc/self/net/route");
  if (text === undefined) return undefined;
  const fitting = text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map(([, destination = "", , flags = "", , , , mask = ""]) => ({
      destination: Number.parseInt(destination, 16),
      flags: Number.parseInt(flags, 16),
      mask: Number.parseInt(mask, 16),
    }))
    .filter(({ destination, mask }) => (METADATA & mask) >>> 0 === destination >>> 0);
  const narrowest = fitting.toSorted((one, other) => bits(other.mask) - bits(one.mask))[0];
  if (narrowest === undefined) return false;
  return (narrowest.flags & UP_FLAG) !== 0 && (narrowest.flags & REJECT_FLAG) === 0;
}

function bits(mask: number): number {
  return mask.toString(2).replaceAll("0", "").length;
}
