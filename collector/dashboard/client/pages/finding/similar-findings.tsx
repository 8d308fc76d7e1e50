import type { FindingView, PageOf } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

interface SimilarFindingsProps {
  readonly finding: FindingView;
}

const SHOWN = 8;

/** Others of the same rule. */
export function SimilarFindings({ finding: { id, rule } }: SimilarFindingsProps) {
  const similar = useResource<PageOf<FindingView>>(
    `/v1/findings?limit=${SHOWN + 1}&rule=${encodeURIComponent(rule)}`,
  );
  return (
    <Panel title="Similar ones">
      <LoadedView resource={similar}>
        {({ items }) => {
          const others = items.filter((one) => one.id !== id).slice(0, SHOWN);
          if (others.length === 0) return <Empty heading="There is no other one" />;
          return (
            <ul class="needs history">
              {others.map((other) => (
                <li key={other.id}>
                  <span class="what">
                    <Link to={addresses.finding(other.id)}>
                      <HostileText text={other.message} maxCharacters={120} />
                    </Link>
                    <span class="soft">
                      {other.job !== null && (
                        <>
                          <HostileText text={toJobText(other.job)} maxCharacters={80} /> ·{" "}
                        </>
                      )}
                      {other.state}
                    </span>
                  </span>
                  <span class="when">
                    <Time at={other.firstSeen} as="ago" />
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </LoadedView>
    </Panel>
  );
}
