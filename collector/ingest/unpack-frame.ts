/**
 * Unpacks zstd frames as agents send them, all by one decompressor: to make one for each batch takes several times what unpacking it does.
 * Node.js has no public way to use one again for a whole buffer. This calls what `zstdDecompressSync` calls (lib/zlib.js), in the version of
 * Node.js where that is known to be there.
 */
import { constants, createZstdDecompress } from "node:zlib";

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

const KNOWN_VERSION = /^24\./;
/** Batches have some 40 kilobytes. */
const MAX_FRAME_BYTES = 262_144;
const MAGIC = 0xfd_2f_b5_28;
/** Of a frame, at least; of a block; and of what is checked at the end. */
const FRAME_BYTES = 9;
const BLOCK_HEAD_BYTES = 3;
const CHECKSUM_BYTES = 4;

export function createFrameUnpacker(): FrameUnpacker {
  if (!KNOWN_VERSION.test(process.versions.node)) return { unpack: () => undefined };
  const output = Buffer.allocUnsafeSlow(MAX_FRAME_BYTES);
  let decompressor = openDecompressor();
  return {
    unpack(content, maxBytes) {
      const length = readLength(content);
      if (length === undefined || length > Math.min(maxBytes, MAX_FRAME_BYTES)) return undefined;
      if (decompressor === undefined) return undefined;
      if (decompressor.unpack(content, output.subarray(0, length))) {
        return output.subarray(0, length);
      }
      // What it has begun, or stumbled over, stays with it.
      decompressor.close();
      decompressor = openDecompressor();
      return undefined;
    },
  };
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
      handle.writeSync(constants.ZSTD_e_end, content, 0, content.length, output, 0, output.length);
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

/**
 * As the head of a frame has it (RFC 8878, 3.1.1.1): of one segment, with no dictionary, of less than four gigabytes. Undefined where it is not
 * the whole content: of what is cut off behind the last byte that it holds, nothing would be heard.
 */
function readLength(content: Buffer): number | undefined {
  if (content.length < FRAME_BYTES || content.readUInt32LE(0) !== MAGIC) return undefined;
  const descriptor = content.readUInt8(4);
  const isPlain = (descriptor & 0b0010_1011) === 0b0010_0000;
  const hasChecksum = (descriptor & 0b100) !== 0;
  const sizeFlag = descriptor >> 6;
  if (!isPlain || sizeFlag > 2) return undefined;
  const blocksAt = 5 + 2 ** sizeFlag;
  const end = findBlocksEnd(content, blocksAt) + (hasChecksum ? CHECKSUM_BYTES : 0);
  if (end !== content.length) return undefined;
  if (sizeFlag === 0) return content.readUInt8(5);
  return sizeFlag === 1 ? content.readUInt16LE(5) + 256 : content.readUInt32LE(5);
}

/** Behind the last block (3.1.1.2), or behind all there is. */
function findBlocksEnd(content: Buffer, start: number): number {
  let at = start;
  let isLast = false;
  while (!isLast && at + BLOCK_HEAD_BYTES <= content.length) {
    const head = content.readUIntLE(at, BLOCK_HEAD_BYTES);
    const isRepeated = ((head >> 1) & 0b11) === 1;
    isLast = (head & 1) === 1;
    at += BLOCK_HEAD_BYTES + (isRepeated ? 1 : head >> 3);
  }
  return isLast ? at : Number.POSITIVE_INFINITY;
}
