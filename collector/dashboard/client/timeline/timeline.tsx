import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Severity } from "../components/badge.tsx";
import { HostileText } from "../components/hostile-text.tsx";
import { countOf } from "../format/number.ts";
import { toLength } from "../format/time.ts";
import type { SeenProcess } from "../run-model/run-model.ts";
import { createController, type Pointed, type TimelineController } from "./controller.ts";
import type { Flag, Layout } from "./layout.ts";
import { PointedAt } from "./pointed-at.tsx";

interface TimelineProps {
  readonly layout: Layout;
  readonly isLive: boolean;
  readonly isLoading: boolean;
  readonly selected: string | undefined;
  /** As it stands in the address: milliseconds since the start, and an end. */
  readonly range: string | undefined;
  readonly subjectOf: (seq: number) => string;
  readonly onRange: (range: string | undefined) => void;
  readonly onSelect: (process: SeenProcess | undefined) => void;
}

/** What happened when, by step: it can be zoomed and moved by wheel, pointer, buttons and keys. */
export function Timeline({
  layout,
  isLive,
  isLoading,
  selected,
  range,
  subjectOf,
  onRange,
  onSelect,
}: TimelineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const controller = useRef<TimelineController | undefined>(undefined);
  const reached = useSignal<Flag | undefined>(undefined);
  const pointed = useSignal<Pointed | undefined>(undefined);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const made = createController(element, {
      range,
      onRange,
      onSelect,
      onPoint: (point) => {
        pointed.value = point;
      },
      onReach: (flag) => {
        reached.value = flag;
      },
    });
    controller.current = made;
    return () => made.end();
  }, []);
  useEffect(() => {
    controller.current?.show({ layout, isLive, isLoading, selected });
  }, [layout, isLive, isLoading, selected]);
  const move = (key: string) => () => controller.current?.press(key);
  return (
    <div class="timeline">
      <div class="timeline-tools">
        <MarkLegend />
        <div class="buttons" role="group" aria-label="Move the time line">
          <button type="button" onClick={move("+")} aria-label="Closer" title="Closer (+)">
            +
          </button>
          <button type="button" onClick={move("-")} aria-label="Further away" title="Further (−)">
            −
          </button>
          <button type="button" onClick={move("0")} title="The whole run (0)">
            Whole
          </button>
          <button type="button" onClick={move("p")} title="The finding before (p)">
            Previous finding
          </button>
          <button type="button" onClick={move("n")} title="The next finding (n)">
            Next finding
          </button>
        </div>
      </div>
      <div class="timeline-frame">
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-roledescription="time line"
          aria-label={describe(layout)}
          aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown + - 0 n p Enter"
        />
        {pointed.value !== undefined && (
          <PointedAt pointed={pointed.value} layout={layout} subjectOf={subjectOf} />
        )}
      </div>
      <div class="reached" role="status">
        {reached.value !== undefined && (
          <>
            <Severity severity={reached.value.severity} />{" "}
            <HostileText text={reached.value.message} maxCharacters={240} class="prose" />
          </>
        )}
      </div>
      <p class="hint with-keys">
        Wheel: up and down. Ctrl and wheel, or + and −: closer and further. Drag, or arrow keys:
        along. 0: the whole run. n and p: from finding to finding, Enter: its process.
      </p>
    </div>
  );
}

function describe({ groups, flags, startsAt, endsAt }: Layout): string {
  const processes = groups.reduce(
    (sum, { lanes }) => sum + lanes.reduce((more, { bars }) => more + bars.length, 0),
    0,
  );
  const counts = [
    toLength(endsAt - startsAt),
    countOf(groups.length, "step"),
    countOf(processes, "process", "processes"),
    countOf(flags.length, "finding"),
  ];
  return `${counts.join(", ")}. The tables of this page hold the same.`;
}

function MarkLegend() {
  return (
    <ul class="mark-legend" aria-label="Marks">
      <li class="to">connection</li>
      <li class="denied">denied</li>
      <li class="name">name asked</li>
      <li class="write">write</li>
      <li class="alarm">memory, privileges</li>
      <li class="flag">finding</li>
      <li class="failed">failed process</li>
    </ul>
  );
}
