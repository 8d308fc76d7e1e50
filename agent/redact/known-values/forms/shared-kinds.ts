import type { Encoding } from "../../search/find.ts";
import type { FormKind } from "./form.ts";

const MOST_SHARED = 2;

/** By how many characters are shared before and after. */
export type SharedKinds = (before: number, after: number) => FormKind;

/** One object for each kind, however many forms are of it. */
export function createSharedKinds(...encodings: readonly Encoding[]): SharedKinds {
  const none: FormKind = { encodings, isLegible: false, sharedBefore: 0, sharedAfter: 0 };
  const kinds: FormKind[] = [];
  for (let sharedBefore = 0; sharedBefore <= MOST_SHARED; sharedBefore++) {
    for (let sharedAfter = 0; sharedAfter <= MOST_SHARED; sharedAfter++) {
      kinds.push({ ...none, sharedBefore, sharedAfter });
    }
  }
  return (before, after) => kinds[before * (MOST_SHARED + 1) + after] ?? none;
}
