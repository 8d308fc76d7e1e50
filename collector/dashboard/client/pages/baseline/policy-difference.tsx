import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { PolicyInForceView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { toModeText, toShortRef } from "../../components/job-name.tsx";
import { Loading } from "../../components/loaded-view.tsx";
import { Empty, Failure, Notice } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { countOf } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { compareEntries, listAllowed } from "./compare-policies.ts";
import { EntryChanges } from "./entry-changes.tsx";

interface PolicyDifferenceProps {
  /** Of which job, as a query has it. */
  readonly asked: string;
  /** What the suggested policy allows. */
  readonly allow: readonly string[];
}

/** As much of an id as tells runs apart for who reads. */
const ID_START = 8;

/** What the suggested policy changes of the one that the job's newest run said, or of one that the reader has. */
export function PolicyDifference({ asked, allow }: PolicyDifferenceProps) {
  const { loaded, reload } = useResource<PolicyInForceView>(`/v1/policies/in-force?${asked}`);
  switch (loaded.status) {
    case "loading":
      return (
        <DifferencePanel>
          <Loading />
        </DifferencePanel>
      );
    case "failed": {
      const { problem } = loaded;
      return (
        <DifferencePanel>
          {problem.code === "not-found" ? (
            <Empty heading="The policy in force is not known">{problem.message}</Empty>
          ) : (
            <Failure problem={problem} onRetry={reload} />
          )}
          <GivenPolicy allow={allow} isAsked />
        </DifferencePanel>
      );
    }
    case "ready":
  }
  return (
    <DifferencePanel>
      <TellingRun told={loaded.value} />
      <ToldDifference egress={loaded.value.egress} allow={allow} />
      <GivenPolicy allow={allow} />
    </DifferencePanel>
  );
}

function DifferencePanel({ children }: { readonly children: ComponentChildren }) {
  return (
    <Panel title="Difference to the policy in force" class="half">
      <div class="body stack">{children}</div>
    </Panel>
  );
}

function TellingRun({ told }: { readonly told: PolicyInForceView }) {
  const { runId, startedAt, ref, isProven } = told;
  return (
    <dl class="facts">
      <dt>In force in</dt>
      <dd>
        <Link to={addresses.run(runId)}>run {runId.slice(0, ID_START)}</Link>
      </dd>
      <dt>Whose</dt>
      <dd>{isProven ? "proven" : "by the agent's word"}</dd>
      {ref !== null && (
        <>
          <dt>Ref</dt>
          <dd>
            <HostileText text={toShortRef(ref)} maxCharacters={60} />
          </dd>
        </>
      )}
      <dt>Started</dt>
      <dd>
        <Time at={startedAt} />
      </dd>
      <dt>Mode</dt>
      <dd>{toModeText(told)}</dd>
    </dl>
  );
}

interface ToldDifferenceProps extends Pick<PolicyInForceView, "egress"> {
  readonly allow: readonly string[];
}

function ToldDifference({ egress, allow }: ToldDifferenceProps) {
  if (egress.unrestricted) {
    return (
      <Notice kind="info">
        It says nothing of egress: all that is not denied is allowed. The suggested policy allows{" "}
        {countOf(allow.length, "destination")}, and nothing else.
      </Notice>
    );
  }
  return (
    <>
      {egress.moreAllowed > 0 && (
        <Notice kind="warning">
          Its guard told of the first {countOf(egress.allow.length, "entry", "entries")} and left
          out {countOf(egress.moreAllowed, "other")}: what is said to be added may be among these.
        </Notice>
      )}
      <EntryChanges changes={compareEntries(egress.allow, allow)} />
    </>
  );
}

interface GivenPolicyProps {
  readonly allow: readonly string[];
  /** There is no other to compare with. */
  readonly isAsked?: boolean;
}

/** Whoever keeps another one gives it here, and it stays in this page. */
function GivenPolicy({ allow, isAsked = false }: GivenPolicyProps) {
  const given = useSignal("");
  const inForce = listAllowed(given.value);
  return (
    <details open={isAsked}>
      <summary>Compare with another policy</summary>
      <div class="stack given">
        <div class="field">
          <label for="in-force">A policy file, pasted here</label>
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
        {inForce.length > 0 && <EntryChanges changes={compareEntries(inForce, allow)} />}
      </div>
    </details>
  );
}
