import { type Places, ROOT_PLACES, toUserPlaces } from "../guard/places.ts";

export function toOwnPlaces(): Places {
  return toUserPlaces(process.getuid?.() ?? 0);
}

/** Root's first: nobody else can pass for a guard there. */
export function toSearchedPlaces(): string[] {
  return [ROOT_PLACES.state, toOwnPlaces().state];
}
