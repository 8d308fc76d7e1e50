import { createRedaction } from "../../agent/redact/redaction.ts";
import { type Context, CONTEXTS, type Example } from "./contexts.ts";

export interface Recall {
  readonly rule: string;
  readonly tried: number;
  readonly hidden: number;
  /** Contexts in which some were seen, with how many. */
  readonly missedIn: Readonly<Record<string, number>>;
}

/** As much as chance does not make: what is shorter may stand in any log. */
const TELLING_CHARACTERS = 8;
/** A colour, and the ends of lines that wrapping puts into a secret. */
// oxlint-disable-next-line no-control-regex -- that is what colours are
const BETWEEN = /\u001b\[[\d;]*m|\r?\n/gu;

/** What lets the log's structure be seen leaves what stands in it whole; others turn a header into something else. */
const OF_STRUCTURES: ReadonlySet<string> = new Set([
  "among words",
  "JSON",
  "coloured",
  "wrapped base64",
  "two writes",
]);

export function toStructureContexts(): readonly Context[] {
  return CONTEXTS.filter(({ name }) => OF_STRUCTURES.has(name));
}

/** How many of the examples are hidden wherever they stand. */
export function measureRecall(
  rule: string,
  examples: readonly Example[],
  contexts: readonly Context[] = CONTEXTS,
): Recall {
  const missedIn: Record<string, number> = {};
  let hidden = 0;
  for (const context of contexts) {
    for (const example of examples) {
      const { pieces, images } = context.place(example);
      const shown = redact(pieces).replaceAll(BETWEEN, "");
      if (images.every((image) => isHidden(shown, image))) hidden++;
      else missedIn[context.name] = (missedIn[context.name] ?? 0) + 1;
    }
  }
  return { rule, tried: contexts.length * examples.length, hidden, missedIn };
}

const redaction = createRedaction();

function redact(pieces: readonly Buffer[]): string {
  let shown = "";
  const stream = redaction.openStream({
    emit: (bytes) => (shown += Buffer.from(bytes).toString()),
  });
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return shown;
}

/** Whether nothing that tells of the image is left in what is shown. */
function isHidden(shown: string, image: string): boolean {
  if (image.length < TELLING_CHARACTERS) return image === "" || !shown.includes(image);
  for (let at = 0; at + TELLING_CHARACTERS <= image.length; at++) {
    if (shown.includes(image.slice(at, at + TELLING_CHARACTERS))) return false;
  }
  return true;
}
