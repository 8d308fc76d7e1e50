import type { Detector } from "../../../../agent/redact/search/detector.ts";
import { createShapeDetector } from "../../../../agent/redact/shapes/shape-detector.ts";
import { maskWith, searchWith, type Searched } from "../../../support/redact/reference-scan.ts";

const DETECTOR = createShapeDetector();

export function maskShapes(input: string): string {
  return maskWith([narrowedTo(input)], input);
}

export function searchShapes(input: string, options: { readonly isOpen?: boolean } = {}): Searched {
  return searchWith([narrowedTo(input)], input, options);
}

/** The same detector without the anchors that the input does not hold: looking for hundreds of them the plain way is slow. */
function narrowedTo(input: string): Detector {
  const lowered = input.toLowerCase();
  const held = DETECTOR.anchors
    .map((anchor, index) => ({ anchor, index }))
    .filter(({ anchor }) => lowered.includes(anchor.literal.toLowerCase()));
  return {
    anchors: held.map(({ anchor }) => anchor),
    inspect(text, { position, anchor }, search) {
      const index = held[anchor]?.index;
      if (index !== undefined) DETECTOR.inspect(text, { position, anchor: index }, search);
    },
  };
}
