import { boundEgress } from "../../../../../protocol/bound-egress.ts";
import type { EgressInForce } from "../../api/types.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { Empty } from "../../components/notices.tsx";
import { toWhole } from "../../format/number.ts";

interface PolicyToldProps {
  /** Undefined: the guard has not begun yet, or is of a version that does not say it. */
  readonly egress: EgressInForce | undefined;
}

/** The egress policy that a guard began with; what an operator tightens later is told by findings. */
export function PolicyTold({ egress }: PolicyToldProps) {
  if (egress === undefined) return <Empty heading="The guard has not said it" />;
  const { unrestricted, allow, deny, moreAllowed, moreDenied, dns, sni } = boundEgress(egress);
  return (
    <dl class="facts body">
      <dt>Allowed</dt>
      <dd>
        {unrestricted ? (
          "all that is not denied: the policy says nothing of egress"
        ) : (
          <Entries name="Allowed" entries={allow} more={moreAllowed} />
        )}
      </dd>
      <dt>Denied</dt>
      <dd>
        <Entries name="Denied" entries={deny} more={moreDenied} />
      </dd>
      <dt>Names</dt>
      <dd>
        {dns === "any" ? "every name gets an answer" : "names that are allowed get an answer"}
      </dd>
      <dt>Server names</dt>
      <dd>{sni === "verify" ? "verified" : "not looked at"}</dd>
      <dt>As of</dt>
      <dd>the guard's beginning</dd>
    </dl>
  );
}

interface EntriesProps {
  readonly name: string;
  readonly entries: readonly string[];
  readonly more: number;
}

function Entries({ name, entries, more }: EntriesProps) {
  if (entries.length === 0 && more === 0) return <>nothing by name</>;
  return (
    <>
      <ul class="entries" tabIndex={0} aria-label={name}>
        {entries.map((entry, index) => (
          <li key={index}>
            <HostileText text={entry} />
          </li>
        ))}
      </ul>
      {more > 0 && <span class="soft">and {toWhole(more)} more</span>}
    </>
  );
}
