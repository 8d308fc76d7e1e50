import { HostileText } from "../../components/hostile-text.tsx";
import { Panel } from "../../components/panel.tsx";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { type GivenEvidence, readLineage } from "./read-evidence.ts";

interface FindingLineageProps {
  readonly evidence: GivenEvidence | null;
  readonly runId: string;
}

/** Which process did it, last, and who started that. */
export function FindingLineage({ evidence, runId }: FindingLineageProps) {
  const lineage = readLineage(evidence);
  if (lineage.length === 0) return null;
  return (
    <Panel title="Who started it">
      <ol class="lineage body">
        {lineage.map(({ process, args, executable }) => (
          <li key={process}>
            <Link to={addresses.process(runId, process)}>
              <HostileText
                text={executable.slice(executable.lastIndexOf("/") + 1)}
                maxCharacters={60}
              />
            </Link>
            <HostileText text={args.slice(1).join(" ")} maxCharacters={200} class="soft" />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
