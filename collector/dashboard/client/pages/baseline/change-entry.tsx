import type { BaselineChangeView } from "../../api/types.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { Time } from "../../components/time.tsx";
import { toWhole } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { BaselineState } from "../baselines/baselines-page.tsx";
import { ChangedThings } from "./changed-things.tsx";

interface ChangeEntryProps {
  readonly change: BaselineChangeView;
}

export function ChangeEntry({ change }: ChangeEntryProps) {
  const { at, state, added, forgotten } = change;
  return (
    <li>
      <p class="head">
        <strong>
          <Cause change={change} />
        </strong>
        <Time at={at} />
      </p>
      <Said change={change} />
      {state !== null && (
        <p class="state">
          <BaselineState state={state.from} />
          <span aria-hidden="true">→</span>
          <span class="unseen">became</span>
          <BaselineState state={state.to} />
          <HostileText text={state.reason} maxCharacters={400} class="prose soft" />
        </p>
      )}
      <ChangedThings added={added} forgotten={forgotten} />
    </li>
  );
}

function Cause({ change: { kind, runs, runId } }: ChangeEntryProps) {
  switch (kind) {
    case "expected":
      return "Expected from then on";
    case "reset":
      return "Forgotten, and learned anew";
    case "imported":
      return `Taken from another collector, which learned it from ${toWhole(runs)} runs`;
    case "learned":
  }
  const name = `Run ${toWhole(runs)} of those that taught`;
  if (runId !== null) return <Link to={addresses.run(runId)}>{name}</Link>;
  return (
    <>
      {name} <span class="soft">(not kept any more)</span>
    </>
  );
}

/** Who did it, and why; of what was found also what. */
function Said({ change: { finding, owner, by, reason } }: ChangeEntryProps) {
  const who = [owner, by].filter((part): part is string => part !== null).join(", ");
  return (
    <>
      {finding !== null && (
        <p>
          <Found finding={finding} />
        </p>
      )}
      {who !== "" && (
        <p>
          <HostileText text={who} maxCharacters={200} class="prose soft" />
        </p>
      )}
      {reason !== null && (
        <p>
          <HostileText text={reason} maxCharacters={400} class="prose" />
        </p>
      )}
    </>
  );
}

function Found({ finding }: { readonly finding: NonNullable<BaselineChangeView["finding"]> }) {
  const { id, message } = finding;
  const text = <HostileText text={message} maxCharacters={400} class="prose" />;
  return id === null ? text : <Link to={addresses.finding(id)}>{text}</Link>;
}
