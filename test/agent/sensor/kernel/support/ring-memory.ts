import type { RingMemory } from "../../../../../agent/sensor/kernel/ring-reader.ts";

const HEADER_SIZE = 8;
const BUSY = 0x8000_0000;
const DISCARD = 0x4000_0000;

const PAGE_SIZE = 4096;

export interface WrittenRecord {
  readonly bytes: Uint8Array;
  readonly state?: "busy" | "discarded";
}

export interface FakeRing {
  readonly memory: RingMemory;
  readonly size: number;
  /** Writes a record as the kernel does; returns whether there was room. */
  write(record: WrittenRecord): boolean;
  /** Finishes the oldest record that is being written. */
  commit(): void;
  consumerPosition(): number;
  /** Lays bytes over the data, whatever is there. */
  scribble(bytes: Uint8Array): void;
  setProducerPosition(position: number): void;
}

/** A ring buffer in plain memory, laid out as kernel/bpf/ringbuf.c does; `start` is where both positions stand. */
export function createFakeRing(size: number, start = 0): FakeRing {
  const consumer = new ArrayBuffer(PAGE_SIZE);
  const producer = new ArrayBuffer(PAGE_SIZE + size);
  const consumed = new BigUint64Array(consumer, 0, 1);
  const produced = new BigUint64Array(producer, 0, 1);
  const data = Buffer.from(producer, PAGE_SIZE);
  const busy: number[] = [];
  let position = start;
  consumed[0] = BigInt(start);
  produced[0] = BigInt(start);

  const put = (at: number, bytes: Uint8Array): void => {
    for (const [index, byte] of bytes.entries()) data[(at + index) % size] = byte;
  };
  const putHeader = (at: number, length: number): void => {
    const header = Buffer.alloc(HEADER_SIZE);
    header.writeUInt32LE(length >>> 0);
    put(at, header);
  };

  return {
    memory: { consumer, producer, pageSize: PAGE_SIZE, size },
    size,
    write({ bytes, state }) {
      const step = (bytes.length + HEADER_SIZE + 7) & ~7;
      if (position + step - Number(consumed[0]) > size - 1) return false;
      const flag = state === "busy" ? BUSY : state === "discarded" ? DISCARD : 0;
      if (state === "busy") busy.push(position);
      putHeader(position, (bytes.length | flag) >>> 0);
      put(position + HEADER_SIZE, bytes);
      position += step;
      produced[0] = BigInt(position);
      return true;
    },
    commit() {
      const at = busy.shift();
      if (at === undefined) return;
      putHeader(at, data.readUInt32LE(at % size) & ~BUSY);
    },
    consumerPosition: () => Number(consumed[0]),
    scribble: (bytes) => put(0, bytes),
    setProducerPosition(value) {
      produced[0] = BigInt(value);
    },
  };
}
