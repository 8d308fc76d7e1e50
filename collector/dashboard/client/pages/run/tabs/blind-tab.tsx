import type { GuardEventOf } from "../../../api/types.ts";
import { Badge, Severity, type Tone, toRank } from "../../../components/badge.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { useFirst } from "../../../components/use-first.tsx";
import { toWhole } from "../../../format/number.ts";
import { PolicyTold } from "../policy-told.tsx";
import type { TabProps } from "../run-tab.tsx";

const STATUS_TONES: ReadonlyMap<string, Tone> = new Map([
  ["active", "good"],
  ["degraded", "medium"],
  ["unavailable", "high"],
  ["passed", "good"],
  ["failed", "high"],
]);

const STATUSES: readonly string[] = ["failed", "unknown", "passed", "not-applicable"];

/** What the guard could not see or hold, and what of its machine makes attacks easier. */
export function BlindTab({ followed: { model }, run }: TabProps) {
  const { started, posture, losses } = model;
  const sensors = useFirst(model.sensors);
  const lost = useFirst([...losses.values()]);
  const checks = useFirst((posture?.checks ?? []).toSorted(byStatus));
  return (
    <div class="columns">
      <Panel title="Sensors" class="half">
        {model.sensors.length === 0 ? (
          <Empty heading="The guard has told of none" />
        ) : (
          <dl class="facts body">
            {sensors.first.map(({ name, status, reason, eventsSeen, eventsDropped }) => (
              <>
                <dt key={name}>{name}</dt>
                <dd key={`${name} state`}>
                  <Badge tone={STATUS_TONES.get(status) ?? "plain"}>{status}</Badge>{" "}
                  <span class="soft">
                    {toWhole(eventsSeen)} seen, {toWhole(eventsDropped)} lost
                  </span>
                  {reason !== undefined && (
                    <p>
                      <HostileText text={reason} maxCharacters={600} />
                    </p>
                  )}
                </dd>
              </>
            ))}
          </dl>
        )}
        {sensors.more}
      </Panel>
      <Panel title="Events that were lost" class="half">
        {losses.size === 0 && run.deadLetters === 0 ? (
          <Empty heading="None" />
        ) : (
          <dl class="facts body">
            {lost.first.map(({ sensor, reason, count }) => (
              <>
                <dt key={`${sensor} ${reason}`}>{sensor}</dt>
                <dd key={`${sensor} ${reason} count`}>
                  {toWhole(count)}: <HostileText text={reason} />
                </dd>
              </>
            ))}
            {run.deadLetters > 0 && (
              <>
                <dt>no events</dt>
                <dd>{toWhole(run.deadLetters)} lines that this collector could not read</dd>
              </>
            )}
          </dl>
        )}
        {lost.more}
      </Panel>
      <Panel title="Enforcement" class="half">
        <Enforcement started={started} />
      </Panel>
      <Panel title="Policy in force" class="half">
        <PolicyTold egress={started?.egress} />
      </Panel>
      <Panel
        title={posture === undefined ? "Posture" : `Posture: ${posture.score} of 100`}
        class="half"
      >
        {posture === undefined ? (
          <Empty heading="The guard has told of none" />
        ) : (
          <ul class="needs checks">
            {checks.first.map(({ id, severity, status, message }) => (
              <li key={id}>
                <span>
                  <Badge tone={STATUS_TONES.get(status) ?? "plain"}>
                    {status.replaceAll("-", " ")}
                  </Badge>
                </span>
                <span class="what">
                  <HostileText text={message} maxCharacters={600} class="prose" />
                </span>
                {status === "failed" && <Severity severity={severity} />}
              </li>
            ))}
          </ul>
        )}
        {checks.more}
      </Panel>
    </div>
  );
}

type Check = GuardEventOf<"posture">["checks"][number];

/** What fails first, the gravest of it before the rest. */
function byStatus(one: Check, other: Check): number {
  const byState = STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status);
  return byState || toRank(one.severity) - toRank(other.severity);
}

interface EnforcementProps {
  readonly started: GuardEventOf<"guard-started"> | undefined;
}

function Enforcement({ started }: EnforcementProps) {
  const { first, more } = useFirst(listReasons(started));
  if (started === undefined) return <Empty heading="The guard has not said how it began" />;
  const { mode, enforcement, lockdown, command } = started;
  return (
    <dl class="facts body">
      <dt>Mode</dt>
      <dd>
        {mode.effective}
        {mode.requested !== mode.effective && `, asked for ${mode.requested}`}
      </dd>
      <dt>By</dt>
      <dd>{enforcement?.mechanism ?? "not said"}</dd>
      {lockdown !== undefined && (
        <>
          <dt>Ways to root</dt>
          <dd>
            sudo {lockdown.sudo}, containers {lockdown.containers}
          </dd>
        </>
      )}
      <dt>Command</dt>
      <dd>
        <HostileText text={command.join(" ")} maxCharacters={600} />
      </dd>
      {first.length > 0 && (
        <>
          <dt>Because</dt>
          <dd>
            {first.map((reason) => (
              <p key={reason}>
                <HostileText text={reason} maxCharacters={600} class="prose" />
              </p>
            ))}
            {more}
          </dd>
        </>
      )}
    </dl>
  );
}

function listReasons(started: EnforcementProps["started"]): readonly string[] {
  const { mode, enforcement, lockdown } = started ?? {};
  const { reason } = enforcement ?? {};
  return [
    ...(mode?.reasons ?? []),
    ...(reason === undefined ? [] : [reason]),
    ...(lockdown?.reasons ?? []),
  ];
}
