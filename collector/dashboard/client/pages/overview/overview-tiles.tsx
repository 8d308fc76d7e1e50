import type { OverviewView } from "../../api/types.ts";
import { toShort } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

interface TilesProps {
  readonly figures: OverviewView;
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

export function OverviewTiles({ figures: { runs, openFindings } }: TilesProps) {
  const more = openFindings.isWhole ? "" : "+";
  return (
    <div class="tiles">
      <Tile name="runs now" value={runs.live} to={`${addresses.runs}?outcome=running`} />
      <Tile
        name="guards silent"
        value={runs.silent}
        tone="high"
        to={`${addresses.runs}?outcome=silent`}
      />
      <Tile name="guards degraded" value={runs.degraded} tone="medium" to={addresses.fleet} />
      {SEVERITIES.map((severity) => (
        <Tile
          key={severity}
          name={`${severity} findings`}
          value={openFindings.bySeverity[severity]}
          more={more}
          tone={severity}
          to={`${addresses.findings}?state=open&severity=${severity}`}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: number;
  readonly to: string;
  readonly tone?: string;
  readonly more?: string;
}

function Tile({ name, value, to, tone = "", more = "" }: TileProps) {
  return (
    <Link to={to} class="tile">
      <span class={`figure ${value > 0 ? tone : ""}`}>
        {toShort(value)}
        {more}
      </span>
      <span class="name">{name}</span>
    </Link>
  );
}
