import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import { toWhole } from "../format/number.ts";

interface First<Item> {
  readonly first: readonly Item[];
  /** For behind them, where there are more. */
  readonly more: ComponentChildren;
}

/** At once: more takes the page too long, and nobody reads it. */
const SHOWN = 200;

/** The first of a list, which a job may have made as long as it liked; the others when somebody asks for them. */
export function useFirst<Item>(items: readonly Item[]): First<Item> {
  const limit = useSignal(SHOWN);
  const more = items.length > limit.value && (
    <p class="more">
      <button
        type="button"
        onClick={() => {
          limit.value += SHOWN;
        }}
      >
        Show more: {toWhole(limit.value)} of {toWhole(items.length)}
      </button>
    </p>
  );
  return { first: items.slice(0, limit.value), more };
}
