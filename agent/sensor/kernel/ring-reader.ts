/**
 * Reads a BPF ring buffer in place. The layout is the kernel's (kernel/bpf/ringbuf.c): a page with the consumer's
 * position, a page with the producer's, then the data. Positions only grow; each record has a header of eight bytes, of
 * which the first four are its length and two flags. The kernel offers the data twice in a row, so that no record is
 * ever cut in two; a mapping of both counts twice as resident memory, and one record in thousands is cheaper to copy.
 */
const BUSY_FLAG = 0x8000_0000;
const DISCARD_FLAG = 0x4000_0000;
const LENGTH_MASK = 0x3fff_ffff;
const HEADER_SIZE = 8;
/** Under a flood room is given back to the kernel this often, not only when all has been read. */
const GIVE_BACK_BYTES = 256 * 1024;
/** The clock is looked at as often: rules take 0.1 ms for a record where the processor is slow, and more where it is shared. */
const RECORDS_A_LOOK = 64;
const TWO_TO_32 = 0x1_0000_0000;

export interface RingMemory {
  /** The consumer's page, writable. */
  readonly consumer: ArrayBuffer;
  /** The producer's page, followed by the data. */
  readonly producer: ArrayBuffer;
  readonly pageSize: number;
  /** Bytes of data: a power of two. */
  readonly size: number;
}

export type RecordHandler = (data: Buffer, offset: number, length: number) => void;

export interface RingReader {
  /** Hands over what there is, until `deadline` (performance.now) has passed. Returns whether more is waiting. */
  drain(handle: RecordHandler, deadline: number): boolean;
  /** How far the kernel has written, as a position that `hasRead` takes. */
  written(): number;
  hasRead(position: number): boolean;
  /** How often what lay in the ring made no sense and was passed over. */
  readonly corruptions: number;
}

export function createRingReader(memory: RingMemory): RingReader {
  const data = Buffer.from(memory.producer, memory.pageSize, memory.size);
  const words = new Uint32Array(memory.producer, memory.pageSize, memory.size / 4);
  const producerPosition = new Uint32Array(memory.producer, 0, 2);
  const consumerPosition = new BigUint64Array(memory.consumer, 0, 1);
  const mask = memory.size - 1;
  /** A double holds it exactly for as long as less than 8 PiB have gone through. */
  let consumed = Number(consumerPosition[0] ?? 0n);
  let givenBack = consumed;
  let corruptions = 0;

  /** The positions differ by less than the ring's size, so the low halves tell the difference. */
  const available = (): number => {
    const produced = Atomics.load(producerPosition, 0);
    return (produced - (consumed % TWO_TO_32) + TWO_TO_32) % TWO_TO_32;
  };
  const giveBack = (): void => {
    if (consumed === givenBack) return;
    Atomics.store(consumerPosition, 0, BigInt(consumed));
    givenBack = consumed;
  };

  const handOver = (handle: RecordHandler, start: number, length: number): void => {
    const rest = start + length - memory.size;
    if (rest <= 0) handle(data, start, length);
    else handle(Buffer.concat([data.subarray(start), data.subarray(0, rest)]), 0, length);
  };

  return {
    get corruptions() {
      return corruptions;
    },
    written: () => consumed + available(),
    hasRead: (position) => consumed >= position,
    drain(handle, deadline) {
      let waiting = Math.min(available(), memory.size);
      for (let records = 1; waiting > 0; records += 1) {
        const offset = consumed & mask;
        const header = Atomics.load(words, offset >>> 2);
        if ((header & BUSY_FLAG) !== 0) break;
        const length = header & LENGTH_MASK;
        const step = (length + HEADER_SIZE + 7) & ~7;
        if (step > waiting) {
          // No record reaches beyond what was produced: whatever this is, the rest cannot be trusted.
          consumed += waiting;
          corruptions += 1;
          break;
        }
        if ((header & DISCARD_FLAG) === 0) handOver(handle, offset + HEADER_SIZE, length);
        consumed += step;
        waiting -= step;
        if (consumed - givenBack >= GIVE_BACK_BYTES) giveBack();
        if (records % RECORDS_A_LOOK === 0 && performance.now() >= deadline) {
          giveBack();
          return true;
        }
        if (waiting === 0) waiting = Math.min(available(), memory.size);
      }
      giveBack();
      return false;
    },
  };
}
