import type { FindingView } from "../../api/types.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";

interface FindingHistoryProps {
  readonly finding: FindingView;
}

interface Entry {
  readonly at: string;
  readonly what: string;
  readonly by?: string;
  readonly why?: string;
}

/** What became of it, the oldest first. */
export function FindingHistory({ finding }: FindingHistoryProps) {
  return (
    <Panel title="History">
      <ol class="needs history">
        {listEntries(finding).map(({ at, what, by, why }) => (
          <li key={`${what} ${at}`}>
            <span class="what">
              <strong>{what}</strong>
              {by !== undefined && <HostileText text={by} maxCharacters={128} class="prose soft" />}
              {why !== undefined && <HostileText text={why} maxCharacters={400} class="prose" />}
            </span>
            <span class="when">
              <Time at={at} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function listEntries(finding: FindingView): readonly Entry[] {
  const { firstSeen, resolvedAt, acknowledged, suppressed, expected } = finding;
  const said = [
    ["Acknowledged", acknowledged],
    [`Suppressed until ${suppressed?.until.slice(0, "2026-01-31".length) ?? ""}`, suppressed],
    ["Expected from then on", expected],
  ] as const;
  const entries: readonly Entry[] = [
    { at: firstSeen, what: "Found" },
    ...(resolvedAt === null ? [] : [{ at: resolvedAt, what: "Over by itself" }]),
    ...said.flatMap(([what, one]) =>
      one === null ? [] : [{ at: one.at, what, by: `${one.owner}, ${one.by}`, why: one.reason }],
    ),
  ];
  return entries.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
