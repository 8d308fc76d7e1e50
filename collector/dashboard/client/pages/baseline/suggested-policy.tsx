import { useSignal } from "@preact/signals";

import type { BaselineView, SuggestionView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { compareEntries, listAllowed } from "./compare-policies.ts";

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
  return <Suggestion address={`/v1/policies/suggest?${asked}`} />;
}

function Suggestion({ address }: { readonly address: string }) {
  const resource = useResource<SuggestionView>(address);
  return (
    <LoadedView resource={resource}>
      {({ text, policy }) => (
        <div class="columns">
          <Panel title="Suggested policy" class="half" aside={<CopyButton text={text} />}>
            <pre class="text" tabIndex={0} aria-label="Suggested policy">
              {text}
            </pre>
          </Panel>
          <Difference allow={policy.egress.allow} />
        </div>
      )}
    </LoadedView>
  );
}

function CopyButton({ text }: { readonly text: string }) {
  const said = useSignal("Copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "Copied";
    } catch {
      // Browsers let a page do it over TLS or on this machine alone.
      said.value = "Select and copy by hand";
    }
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {said.value}
    </button>
  );
}

interface DifferenceProps {
  readonly allow: readonly string[];
}

/** The collector does not have the job's policy file: whoever keeps it gives it here, and it stays in this page. */
function Difference({ allow }: DifferenceProps) {
  const given = useSignal("");
  const inForce = listAllowed(given.value);
  return (
    <Panel title="Difference to the policy in force" class="half">
      <div class="body stack">
        <div class="field">
          <label for="in-force">The policy file of the job, pasted here</label>
          <textarea
            id="in-force"
            spellcheck={false}
            onInput={(event) => {
              given.value = event.currentTarget.value;
            }}
          />
          <p class="hint">It stays in this page: nothing of it is sent.</p>
        </div>
        {given.value !== "" && inForce.length === 0 && (
          <Empty heading="It allows nothing that can be read here" />
        )}
        {inForce.length > 0 && (
          <ul class="diff" aria-label="Difference">
            {compareEntries(inForce, allow).map(({ entry, change }) => (
              <li key={entry} class={change}>
                <span class="unseen">{change}: </span>
                <code>{entry}</code>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
