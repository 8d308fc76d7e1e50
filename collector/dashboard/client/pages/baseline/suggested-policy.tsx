import type { BaselineView, SuggestionView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { PolicyDifference } from "./policy-difference.tsx";

interface SuggestedPolicyProps {
  readonly baseline: BaselineView;
}

/** The smallest policy that allows what the job did, and what it changes of the one in force. */
export function SuggestedPolicy({ baseline }: SuggestedPolicyProps) {
  const { repository, workflow, job } = baseline;
  if (repository === null) return <Empty heading="Of a job without a repository none is made" />;
  const asked = new URLSearchParams({ repository });
  if (workflow !== null) asked.set("workflow", workflow);
  if (job !== null) asked.set("job", job);
  return <Suggestion asked={String(asked)} />;
}

interface SuggestionProps {
  /** Of which job, as a query has it. */
  readonly asked: string;
}

function Suggestion({ asked }: SuggestionProps) {
  const resource = useResource<SuggestionView>(`/v1/policies/suggest?${asked}`);
  return (
    <LoadedView resource={resource}>
      {({ text, policy }) => (
        <div class="columns">
          <Panel title="Suggested policy" class="half" aside={<CopyButton text={text} />}>
            <pre class="text" tabIndex={0} aria-label="Suggested policy">
              {text}
            </pre>
          </Panel>
          <PolicyDifference asked={asked} allow={policy.egress.allow} />
        </div>
      )}
    </LoadedView>
  );
}
