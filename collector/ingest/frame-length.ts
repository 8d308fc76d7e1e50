/** How long a zstd frame (RFC 8878) says that it is unpacked. */

const MAGIC = 0xfd_2f_b5_28;
/** Of a frame, at least; of a block; and of what is checked at the end. */
const FRAME_BYTES = 9;
const BLOCK_HEAD_BYTES = 3;
const CHECKSUM_BYTES = 4;

/**
 * As the head of a frame has it (3.1.1.1): of one segment, with no dictionary, of less than four gigabytes. Undefined where it is not
 * the whole content: of what is cut off behind the last byte that it holds, nothing would be heard.
 */
export function readFrameLength(content: Buffer): number | undefined {
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
