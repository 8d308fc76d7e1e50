/** Server-sent events (WHATWG HTML §9.2): the data of each, as far as the collector makes use of that format. */

export interface EventBounds {
  /** Of an event, and of any line. */
  readonly maxBytes: number;
  /** Of all that comes, whatever it is: for a while, and then on and on. */
  readonly burstBytes: number;
  readonly bytesPerSecond: number;
}

/** More came, or longer lines, than a collector sends. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** What an event costs beside its bytes: each has a signature to be checked. */
const COST_OF_LINE = 256;
const LINE_FEED = 0x0a;

/** Ends with the body; what has not ended by then is left out. Throws `TooMuch`. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  bounds: EventBounds,
): AsyncGenerator<string, void, undefined> {
  const pay = createPurse(bounds);
  let line: Buffer[] = [];
  let lineBytes = 0;
  let data: string[] = [];
  let dataBytes = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    pay(bytes.length);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      const part = bytes.subarray(start, end === -1 ? bytes.length : end);
      lineBytes += part.length;
      if (lineBytes + dataBytes > bounds.maxBytes) throw new TooMuch("a line is too long");
      line.push(part);
      if (end === -1) break;
      start = end + 1;
      pay(COST_OF_LINE);
      const text = Buffer.concat(line).toString("utf8").replace(/\r$/, "");
      line = [];
      lineBytes = 0;
      if (text.startsWith("data:")) {
        data.push(text.slice(text.startsWith("data: ") ? 6 : 5));
        dataBytes += text.length;
      } else if (text === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
        dataBytes = 0;
      }
    }
  }
}

/** Throws where more is spent than comes in. */
function createPurse({ burstBytes, bytesPerSecond }: EventBounds): (bytes: number) => void {
  let left = burstBytes;
  let lastAt = performance.now();
  return (bytes) => {
    const now = performance.now();
    left = Math.min(burstBytes, left + ((now - lastAt) * bytesPerSecond) / 1_000) - bytes;
    lastAt = now;
    if (left < 0) throw new TooMuch("it sends too much");
  };
}
