/**
 * Unpacks zstd frames as agents send them, all by one decompressor: to make one for each batch takes several times what unpacking it does.
 * Node.js has no public way to use one again for a whole buffer. This calls what `zstdDecompressSync` calls (lib/zlib.js), in the version of
 * Node.js where that is known to be there.
 */
import { constants, createZstdDecompress, zstdCompressSync } from "node:zlib";

import { readFrameLength } from "./frame-length.ts";

export interface FrameUnpacker {
  /**
   * What it gives is good until the next call. Undefined: it is not one whole frame that says how long it is, and that it needs no more memory
   * than that. Who unpacks it otherwise says what is wrong with it, if anything.
   */
  unpack(content: Buffer, maxBytes: number): Buffer | undefined;
}

interface Decompressor {
  /** Whether that was a frame of this length, and nothing else. */
  unpack(content: Buffer, output: Buffer): boolean;
  close(): void;
}

interface Handle {
  writeSync(
    ...of: [
      flush: number,
      input: Buffer,
      inputAt: number,
      inputBytes: number,
      output: Buffer,
      outputAt: number,
      outputBytes: number,
    ]
  ): void;
}

/** Another one may end the process where it is called with what it does not expect. */
const KNOWN_VERSION = /^24\./;
/** Batches have some 40 kilobytes. */
const MAX_FRAME_BYTES = 262_144;
const TRIED_TEXT = Buffer.from("what is known to come of it");
const TRIED_FRAME = zstdCompressSync(TRIED_TEXT);

export function createFrameUnpacker(): FrameUnpacker {
  if (!KNOWN_VERSION.test(process.versions.node)) return { unpack: () => undefined };
  const output = Buffer.allocUnsafeSlow(MAX_FRAME_BYTES);
  let decompressor = openTried();
  return {
    unpack(content, maxBytes) {
      const length = readFrameLength(content);
      if (length === undefined || length > Math.min(maxBytes, MAX_FRAME_BYTES)) return undefined;
      if (decompressor === undefined) return undefined;
      // Of the batch before, which may be another tenant's, nothing is left, whatever comes of this one.
      const unpacked = output.subarray(0, length).fill(0);
      if (decompressor.unpack(content, unpacked)) return unpacked;
      // What it has begun, or stumbled over, stays with it.
      decompressor.close();
      decompressor = openTried();
      return undefined;
    },
  };
}

/** Undefined where this Node.js does not do what is expected of it. */
function openTried(): Decompressor | undefined {
  const decompressor = openDecompressor();
  const unpacked = Buffer.alloc(TRIED_TEXT.length);
  if (decompressor?.unpack(TRIED_FRAME, unpacked) && unpacked.equals(TRIED_TEXT)) {
    return decompressor;
  }
  decompressor?.close();
  return undefined;
}

function openDecompressor(): Decompressor | undefined {
  const stream = createZstdDecompress();
  if (!("_handle" in stream) || !("_writeState" in stream)) return undefined;
  const { _handle: handle, _writeState: left } = stream;
  if (!isHandle(handle) || !(left instanceof Uint32Array)) return undefined;
  let isWrong = false;
  const onerror = (): void => {
    isWrong = true;
  };
  Object.assign(handle, { onerror });
  return {
    unpack(content, output) {
      // As the call before has left it, it would say that all was done.
      left.fill(1);
      try {
        handle.writeSync(
          constants.ZSTD_e_end,
          content,
          0,
          content.length,
          output,
          0,
          output.length,
        );
      } catch {
        return false;
      }
      return !isWrong && left.every((bytes) => bytes === 0);
    },
    close: () => stream.destroy(),
  };
}

function isHandle(value: unknown): value is Handle {
  return (
    typeof value === "object" &&
    value !== null &&
    "writeSync" in value &&
    typeof value.writeSync === "function"
  );
}
