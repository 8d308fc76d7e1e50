import { useEffect, useRef } from "preact/hooks";

import { toVisibleText } from "../../../visible-text.ts";
import { HostileText } from "../components/hostile-text.tsx";
import { toLength } from "../format/time.ts";
import type { MarkKind } from "../run-model/run-model.ts";
import type { Pointed } from "./controller.ts";
import type { Layout } from "./layout.ts";
import { toOffset } from "./ticks.ts";

interface PointedAtProps {
  readonly pointed: Pointed;
  readonly layout: Layout;
  /** What an event was about: a name, a path. */
  readonly subjectOf: (seq: number) => string;
}

const WIDTH = 340;
const WORDS: Readonly<Record<MarkKind, string>> = {
  connection: "a connection",
  denied: "denied by policy",
  name: "a name was asked for",
  write: "a file was written",
  read: "a file on the watch list was read",
  alarm: "memory or privileges",
};

/** Beside the pointer: what stands in the tables, too. */
export function PointedAt({ pointed, layout, subjectOf }: PointedAtProps) {
  const { x, y, width, at, bar, flag, mark } = pointed;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    current.style.left = `${Math.max(0, Math.min(x + 12, width - WIDTH))}px`;
    current.style.top = `${y + 16}px`;
  }, [x, y, width]);
  return (
    <div class="pointed" ref={element} aria-hidden="true">
      <span class="soft">{toOffset(at - layout.startsAt)} after the start</span>
      {flag !== undefined && (
        <strong>
          <HostileText text={flag.message} maxCharacters={160} />
        </strong>
      )}
      {mark !== undefined && (
        <span>
          {WORDS[mark.kind]}: <HostileText text={subjectOf(mark.seq)} maxCharacters={160} />
        </span>
      )}
      {bar !== undefined && (
        <>
          <HostileText text={bar.args.join(" ") || bar.executable} maxCharacters={200} />
          <span class="soft">
            process {bar.pid}
            {bar.endedAt !== undefined && `, ${toLength(bar.endedAt - bar.startedAt)}`}
            {bar.endedAt !== undefined &&
              bar.exitCode !== 0 &&
              `, exit ${bar.exitCode ?? toVisibleText(bar.signal ?? "?", 40)}`}
          </span>
        </>
      )}
    </div>
  );
}
