import { HostileText } from "../../components/hostile-text.tsx";
import { Empty } from "../../components/notices.tsx";
import type { GivenEvidence } from "./read-evidence.ts";

interface EvidenceProps {
  readonly evidence: GivenEvidence | null;
}

/** These stand on their own: what to do, who started whom, and what a baseline takes when it is told to expect it. */
const ELSEWHERE: ReadonlySet<string> = new Set(["advice", "lineage", "cause"]);
const ACRONYMS = /\b(?:pid|dns|ip|url|uid|gid|sni|tls|ci)\b/g;

/** As the rule gave it: names and values are the job's. */
export function Evidence({ evidence }: EvidenceProps) {
  const members = Object.entries(evidence ?? {}).filter(([name]) => !ELSEWHERE.has(name));
  if (members.length === 0) return <Empty heading="It stands in the run's event alone" />;
  return (
    <dl class="facts body">
      {members.map(([name, value]) => (
        <>
          <dt key={name}>
            <HostileText text={toWords(name)} maxCharacters={60} class="prose" />
          </dt>
          <dd key={`${name} value`}>
            <HostileText text={toText(name, value)} maxCharacters={2_000} />
          </dd>
        </>
      ))}
    </dl>
  );
}

/** `Target PID` of `targetPid`. */
function toWords(name: string): string {
  const words = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, " ").toLowerCase();
  const spelt = words.replaceAll(ACRONYMS, (word) => word.toUpperCase());
  return `${spelt.slice(0, 1).toUpperCase()}${spelt.slice(1)}`;
}

function toText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  const isList = Array.isArray(value) && value.every((part) => typeof part !== "object");
  if (isList) return value.join(name === "args" ? " " : ", ");
  return JSON.stringify(value);
}
