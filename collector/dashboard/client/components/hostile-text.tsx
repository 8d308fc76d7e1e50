import { toVisibleText } from "../../../visible-text.ts";

interface HostileTextProps {
  readonly text: string;
  readonly maxCharacters?: number;
  readonly class?: string;
}

const USUAL_MAX = 300;
const MAX_TITLE = 2_000;

/** Text that jobs chose: what cannot be seen is made visible, and it is never so long that it pushes the rest away. */
export function HostileText({
  text,
  maxCharacters = USUAL_MAX,
  class: name = "",
}: HostileTextProps) {
  const isCut = text.length > maxCharacters;
  return (
    <bdi class={`said ${name}`} {...(isCut && { title: toVisibleText(text, MAX_TITLE) })}>
      {toVisibleText(text, maxCharacters)}
    </bdi>
  );
}
