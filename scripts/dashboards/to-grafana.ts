/** A dashboard in the form that Grafana imports: https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/ */
import type { Dashboard, Panel, Row } from "./panel.ts";

/** Grafana 12's. Older ones are brought forward by whatever reads them. */
const SCHEMA_VERSION = 41;
/** Columns that a row has. */
const WIDTH = 24;
const HEIGHTS = { row: 1, panel: 8 };
const SOURCE = { type: "prometheus", uid: "${source}" };

export function toGrafana({ uid, title, description, rows }: Dashboard): unknown {
  return {
    uid,
    title,
    description,
    tags: ["runner-guard"],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: {
      list: [{ name: "source", label: "Prometheus", type: "datasource", query: "prometheus" }],
    },
    panels: placeRows(rows),
  };
}

function placeRows(rows: readonly Row[]): unknown[] {
  let id = 0;
  let y = 0;
  return rows.flatMap(({ title, panels }) => {
    const gridPos = { x: 0, y, w: WIDTH, h: HEIGHTS.row };
    const header = { id: (id += 1), type: "row", title, collapsed: false, gridPos, panels: [] };
    y += HEIGHTS.row;
    const width = WIDTH / panels.length;
    const placed = panels.map((panel, index) =>
      toPanel(panel, (id += 1), {
        x: Math.floor(index * width),
        y,
        w: Math.floor(width),
        h: HEIGHTS.panel,
      }),
    );
    y += HEIGHTS.panel;
    return [header, ...placed];
  });
}

function toPanel(
  { title, description, type = "timeseries", unit, queries }: Panel,
  id: number,
  gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>,
): unknown {
  return {
    id,
    type,
    title,
    description,
    gridPos,
    datasource: SOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint("A".charCodeAt(0) + index),
      datasource: SOURCE,
      editorMode: "code",
      expr,
      legendFormat: legend,
      ...(type === "stat" && { instant: true, range: false }),
    })),
  };
}
