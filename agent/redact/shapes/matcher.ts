import type { Anchor, Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";

/** Looks for one shape at one of its anchors. */
export interface Matcher {
  readonly anchor: Anchor;
  /** False: what stands here is not of the shape, and another may look. */
  inspect(text: Text, position: number, search: Search): boolean;
}
