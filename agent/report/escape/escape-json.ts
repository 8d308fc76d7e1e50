/**
 * Characters that JSON allows in a string as they are and that act on a terminal which shows the file: DEL, C1 controls,
 * format characters, line separators. In JSON text they occur inside strings only, where `\u` says the same.
 */
const ACTS_ON_TERMINALS = /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/** The same JSON value, written so that it can be shown in a terminal. C0 and lone surrogates JSON.stringify escapes itself. */
export function escapeJson(json: string): string {
  return json.replaceAll(ACTS_ON_TERMINALS, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
