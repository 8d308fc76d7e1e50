import type { ListedResponse, PageOf } from "../../api/types.ts";
import type { Resource } from "../../api/use-resource.ts";
import { Badge, type Tone } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

const TONES: ReadonlyMap<string, Tone> = new Map([
  ["done", "good"],
  ["failed", "critical"],
  ["dry-run", "plain"],
]);

interface RecentResponsesProps {
  readonly responses: Resource<PageOf<ListedResponse>>;
}

/** Kills and quarantines, done or only recorded. */
export function RecentResponses({ responses }: RecentResponsesProps) {
  return (
    <Panel title="Kills and quarantines" class="narrow">
      <LoadedView resource={responses}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty heading="Nothing was killed" />
          ) : (
            <ul class="needs">
              {items.map((response) => (
                <li key={response.id}>
                  <span>
                    <ResponseState state={response.state} />
                  </span>
                  <span class="what">
                    <Link to={`${addresses.run(response.runId)}?tab=responses`}>
                      {response.action.replaceAll("-", " ")}
                    </Link>
                    {response.job !== null && (
                      <HostileText text={toJobText(response.job)} maxCharacters={120} />
                    )}
                    <HostileText text={response.reason} maxCharacters={120} class="soft" />
                  </span>
                  <span class="when">
                    <Time at={response.decidedAt} as="ago" />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </LoadedView>
    </Panel>
  );
}

export function ResponseState({ state }: { readonly state: string }) {
  return <Badge tone={TONES.get(state) ?? "accent"}>{state.replaceAll("-", " ")}</Badge>;
}
