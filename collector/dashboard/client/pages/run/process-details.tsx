import { toVisibleText } from "../../../../visible-text.ts";
import { Severity } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { Time } from "../../components/time.tsx";
import { useFirst } from "../../components/use-first.tsx";
import { countOf } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { type RunModel, type SeenProcess, toProgram } from "../../run-model/run-model.ts";

interface ProcessDetailsProps {
  readonly process: SeenProcess;
  readonly model: RunModel;
  /** Another number when the model has changed: what reads signals is made anew for other props alone. */
  readonly version: number;
  readonly runId: string;
}

const MAX_ANCESTORS = 32;

export function ProcessDetails({ process, model, runId }: ProcessDetailsProps) {
  const findings = [...model.findings.values()].filter(({ process: id }) => id === process.id);
  const destinations = [...model.destinations.rows.values()].filter(
    ({ process: id }) => id === process.id,
  );
  const { first, more } = useFirst(findings);
  const { startedAt, endedAt, exitCode, signal } = process;
  return (
    <div class="body stack">
      <dl class="facts">
        <dt>Command line</dt>
        <dd>
          <HostileText text={process.args.join(" ")} maxCharacters={2_000} />
        </dd>
        <dt>Program</dt>
        <dd>
          <HostileText text={process.executable} maxCharacters={600} />
        </dd>
        <dt>Started by</dt>
        <dd>
          <Lineage process={process} model={model} runId={runId} />
        </dd>
        <dt>Step</dt>
        <dd>
          <HostileText text={process.step} />
        </dd>
        <dt>In</dt>
        <dd>
          <HostileText text={process.workingDirectory ?? "unknown"} maxCharacters={600} />
        </dd>
        <dt>Process</dt>
        <dd>
          {process.pid}, user {process.userId ?? "unknown"}
        </dd>
        <dt>Ran</dt>
        <dd>
          <Time at={new Date(startedAt).toISOString()} as="clock" />
          {endedAt === undefined
            ? ", its end was not seen"
            : `, for ${toLength(endedAt - startedAt)}, ${signal === null ? `exit ${exitCode ?? "unknown"}` : `by ${toVisibleText(signal, 40)}`}`}
        </dd>
        {destinations.length > 0 && (
          <>
            <dt>Went to</dt>
            <dd>
              {destinations.slice(0, 20).map(({ key, name, port, verdict }) => (
                <div key={key}>
                  <HostileText text={`${name}${port === undefined ? "" : `:${port}`}`} />{" "}
                  <span class="soft">{verdict}</span>
                </div>
              ))}
              {destinations.length > 20 && countOf(destinations.length - 20, "other")}
            </dd>
          </>
        )}
        {findings.length > 0 && (
          <>
            <dt>Findings</dt>
            <dd>
              {first.map(({ id, severity, message }) => (
                <div key={id}>
                  <Severity severity={severity} /> <HostileText text={message} />
                </div>
              ))}
              {more}
            </dd>
          </>
        )}
      </dl>
      <p>
        <Link to={`${addresses.run(runId)}?tab=events&process=${encodeURIComponent(process.id)}`}>
          Its events
        </Link>
      </p>
    </div>
  );
}

/** The first ancestor that was seen first. */
function Lineage({ process, model, runId }: Omit<ProcessDetailsProps, "version">) {
  const ancestors: SeenProcess[] = [];
  for (let parent = model.processes.get(process.parentId ?? ""); parent !== undefined;) {
    ancestors.unshift(parent);
    if (ancestors.length >= MAX_ANCESTORS) break;
    parent = model.processes.get(parent.parentId ?? "");
  }
  if (ancestors.length === 0) return <span class="soft">the job itself</span>;
  return (
    <ol class="lineage">
      {ancestors.map((ancestor) => (
        <li key={ancestor.id}>
          <Link to={addresses.process(runId, ancestor.id)}>
            <HostileText text={toProgram(ancestor)} maxCharacters={60} />
          </Link>
          <HostileText text={ancestor.args.slice(1).join(" ")} maxCharacters={120} class="soft" />
        </li>
      ))}
    </ol>
  );
}
