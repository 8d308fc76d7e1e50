import { HostileText } from "../../components/hostile-text.tsx";
import { Empty } from "../../components/notices.tsx";

interface EvidenceProps {
  readonly evidence: Readonly<Record<string, unknown>> | null;
}

/** As the rule gave it: names and values are the job's. */
export function Evidence({ evidence }: EvidenceProps) {
  const members = Object.entries(evidence ?? {});
  if (members.length === 0) return <Empty heading="It stands in the run's event alone" />;
  return (
    <dl class="facts body">
      {members.map(([name, value]) => (
        <>
          <dt key={name}>
            <HostileText text={name} maxCharacters={60} class="prose" />
          </dt>
          <dd key={`${name} value`}>
            <HostileText text={toText(value)} maxCharacters={2_000} />
          </dd>
        </>
      ))}
    </dl>
  );
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
