import { toVisibleText } from "../../../../visible-text.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { countOf } from "../../format/number.ts";
import type { ComparedEntry } from "./compare-policies.ts";

interface EntryChangesProps {
  readonly changes: readonly ComparedEntry[];
}

/** What one reads through, and what a page shows at once; all of it can be copied. */
const MAX_SHOWN = 300;
/** A policy's entry has 300 characters at most. */
const MAX_ENTRY = 300;
const SIGNS = { added: "+", removed: "-", kept: " " };

export function EntryChanges({ changes }: EntryChangesProps) {
  const count = (wanted: ComparedEntry["change"]): number =>
    changes.filter(({ change }) => change === wanted).length;
  const more = changes.length - MAX_SHOWN;
  return (
    <div class="stack">
      <div class="spread">
        <span class="soft">
          {count("added")} added, {count("removed")} removed, {count("kept")} kept
        </span>
        <CopyButton text={toText(changes)} />
      </div>
      <ul class="diff" aria-label="Difference">
        {changes.slice(0, MAX_SHOWN).map(({ entry, change }) => (
          <li key={`${change} ${entry}`} class={change}>
            <span class="unseen">{change}: </span>
            <HostileText text={entry} maxCharacters={MAX_ENTRY} />
          </li>
        ))}
      </ul>
      {more > 0 && <p class="soft">and {countOf(more, "other")}, which are copied too</p>}
    </div>
  );
}

/** An entry may have been written to be more than one line where it is pasted. */
function toText(changes: readonly ComparedEntry[]): string {
  return changes
    .map(({ entry, change }) => `${SIGNS[change]} ${toVisibleText(entry, MAX_ENTRY)}\n`)
    .join("");
}
