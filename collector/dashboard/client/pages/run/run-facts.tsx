import type { ComponentChildren } from "preact";

import type { ChainView, RunView } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge, Outcome } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toModeText, toShortRef } from "../../components/job-name.tsx";
import { Time } from "../../components/time.tsx";
import { now } from "../../format/now.ts";
import { countOf, toWhole } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";

interface RunFactsProps {
  readonly run: RunView;
  /** Its events are there: what else takes the collector's time may begin. */
  readonly isLoaded: boolean;
  /** By the guard's own clock; undefined: it is not known yet. */
  readonly tookMs: number | undefined;
}

export function RunFacts({ run, isLoaded, tookMs }: RunFactsProps) {
  const { ci, mode, outcome, startedAt, endedAt, exitCode, version, scope, identity } = run;
  const isWeaker = mode.requested !== mode.effective;
  const endMs = endedAt === null ? now.value : Date.parse(endedAt);
  return (
    <dl class="run-facts">
      <Fact name="Result">
        <Outcome outcome={outcome} />
        {exitCode !== null && exitCode !== 0 && ` exit ${exitCode}`}
      </Fact>
      <Fact name="Mode in force">
        {isWeaker ? <Badge tone="high">{toModeText(run)}</Badge> : mode.effective}
        {mode.blockedByOperator && " by an operator"}
      </Fact>
      <Fact name="Ref">
        <HostileText text={toShortRef(ci?.ref ?? "unknown")} maxCharacters={60} />
      </Fact>
      {ci?.sha !== undefined && (
        <Fact name="Commit">
          <HostileText text={ci.sha.slice(0, 12)} />
        </Fact>
      )}
      {ci?.actor !== undefined && (
        <Fact name="Actor">
          <HostileText text={ci.actor} maxCharacters={40} />
        </Fact>
      )}
      <Fact name="Started">
        <Time at={startedAt} />
      </Fact>
      <Fact name={endedAt === null ? "Running for" : "Took"}>
        {toLength(tookMs ?? endMs - Date.parse(startedAt))}
      </Fact>
      {ci?.runId !== undefined && (
        <Fact name="CI run">
          <HostileText text={ci.runId} maxCharacters={40} />
        </Fact>
      )}
      <Fact name="Identity">{identity === null ? "not proven" : `proven by ${identity.kind}`}</Fact>
      <Fact name="Guard">
        <HostileText text={version} maxCharacters={20} />, of a {scope}
      </Fact>
      <Fact name="Chain">
        {isLoaded ? (
          <Chain key={`${run.id} ${run.state}`} run={run} />
        ) : (
          <span class="soft">not looked at yet</span>
        )}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Whether what is stored is what the guard signed: looked at by the collector, batch by batch. */
function Chain({ run }: Pick<RunFactsProps, "run">) {
  const { loaded, reload } = useResource<ChainView>(`/v1/runs/${encodeURIComponent(run.id)}/chain`);
  if (loaded.status === "loading") return <span class="soft">looking…</span>;
  if (loaded.status === "failed") {
    return (
      <button type="button" class="quiet" onClick={reload} title={loaded.problem.message}>
        not looked at: try again
      </button>
    );
  }
  const { isWhole, fault, events, isEndProven, removedEvents } = loaded.value;
  if (!isWhole) {
    return (
      <Badge tone="critical" title={fault ?? ""}>
        broken: {fault}
      </Badge>
    );
  }
  const gone = removedEvents > 0 ? `, without ${toWhole(removedEvents)} that were too old` : "";
  const open = isEndProven ? "" : ", not ended yet";
  return (
    <Badge tone="good" title={`${countOf(events, "event")} as the guard signed them${gone}${open}`}>
      verified{isEndProven ? "" : " so far"}
    </Badge>
  );
}
