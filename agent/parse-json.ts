/** Of what may be anything. Undefined where it is no JSON: there is none that says `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
