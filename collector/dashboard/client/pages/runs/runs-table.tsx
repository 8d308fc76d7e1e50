import type { RunView } from "../../api/types.ts";
import { Badge, Outcome } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { JobName, toModeText, toShortRef } from "../../components/job-name.tsx";
import { Time } from "../../components/time.tsx";
import { now } from "../../format/now.ts";
import { toShort } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

interface RunsTableProps {
  readonly runs: readonly RunView[];
  readonly caption: string;
}

export function RunsTable({ runs, caption }: RunsTableProps) {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Result</th>
            <th scope="col" class="number">
              Findings
            </th>
            <th scope="col" class="number">
              Unusual
            </th>
            <th scope="col" class="number">
              Events
            </th>
            <th scope="col">Started</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col">Mode</th>
            <th scope="col">Ref</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run }: { readonly run: RunView }) {
  const { id, ci, outcome, mode, findings, unusual, events, dropped, startedAt, endedAt } = run;
  const isWeaker = mode.requested !== mode.effective;
  return (
    <tr>
      <td>
        <Link to={addresses.run(id)} class="row-link">
          <JobName job={ci} />
        </Link>
      </td>
      <td>
        <Outcome outcome={outcome} />
      </td>
      <td class="number">{findings > 0 ? <strong>{toShort(findings)}</strong> : "–"}</td>
      <td class="number">{unusual > 0 ? <strong>{toShort(unusual)}</strong> : "–"}</td>
      <td class="number">
        {toShort(events)}
        {dropped > 0 && (
          <span class="dropped" title={`The guard lost ${dropped} events`}>
            −{toShort(dropped)}
          </span>
        )}
      </td>
      <td>
        <Time at={startedAt} />
      </td>
      <td class="number">
        {toLength((endedAt === null ? now.value : Date.parse(endedAt)) - Date.parse(startedAt))}
      </td>
      <td>
        {isWeaker ? <Badge tone="high">{toModeText(run)}</Badge> : <span>{mode.effective}</span>}
      </td>
      <td class="ref">
        <HostileText text={toShortRef(ci?.ref ?? "")} maxCharacters={40} />
      </td>
    </tr>
  );
}
