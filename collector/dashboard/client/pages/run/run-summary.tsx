import type { FindingView, RunView } from "../../api/types.ts";
import { Severity } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { countOf } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { withQuery } from "../../navigation/place.ts";
import type { RunModel } from "../../run-model/run-model.ts";

interface RunSummaryProps {
  readonly run: RunView;
  readonly model: RunModel;
  /** Another number when the model has changed. */
  readonly version: number;
  /** The gravest come first. */
  readonly findings: readonly FindingView[];
}

const SHOWN = 3;

/** What happened, in one look: the gravest findings, what was done about them, and what was denied. */
export function RunSummary({ run, model, findings }: RunSummaryProps) {
  const shown = findings.slice(0, SHOWN);
  const others = run.findings - shown.length;
  const figures = listFigures(model);
  return (
    <section class="card summary" aria-label="What happened">
      {shown.length > 0 && (
        <ul class="needs">
          {shown.map(({ id, severity, message, response }) => (
            <li key={id}>
              <span>
                <Severity severity={severity} />
              </span>
              <span class="what">
                <Link to={addresses.finding(id)}>
                  <HostileText text={message} maxCharacters={240} />
                </Link>
              </span>
              <span class="when">
                <Done response={response} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <p class="foot soft">
        {others > 0 && (
          <>
            <Link to={withQuery({ tab: "findings" })}>
              {shown.length > 0 ? countOf(others, "other finding") : countOf(others, "finding")}
            </Link>
            {" · "}
          </>
        )}
        {run.findings === 0 && `${run.state === "over" ? "No finding" : "No finding so far"} · `}
        {figures.join(" · ")}
      </p>
    </section>
  );
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["report", "reported"],
  ["kill-process", "process killed"],
  ["kill-job", "job killed"],
]);

/** What the guard did at once. */
export function Done({ response }: { readonly response: string }) {
  return (
    <HostileText
      text={WORDS.get(response) ?? response.replaceAll("-", " ")}
      maxCharacters={40}
      class={response === "report" ? "prose" : "prose did"}
    />
  );
}

function listFigures({ destinations, names, secrets }: RunModel): readonly string[] {
  const [blocked, wouldBlock] = ["blocked", "would-block"].map((verdict) =>
    sum([
      ...[...destinations.rows.values()].filter((row) => row.verdict === verdict),
      ...[...names.rows.values()].filter(({ event }) => event.verdict === verdict),
    ]),
  );
  const figures = [
    ...(blocked
      ? [`${countOf(blocked, "connection or name", "connections and names")} blocked`]
      : []),
    ...(wouldBlock
      ? [
          `${countOf(wouldBlock, "connection or name", "connections and names")} that policy forbids`,
        ]
      : []),
    ...(secrets.rows.size > 0 ? [`${countOf(secrets.rows.size, "secret")} masked`] : []),
  ];
  return figures.length === 0 ? ["nothing was denied"] : figures;
}

function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((all, { count }) => all + count, 0);
}
