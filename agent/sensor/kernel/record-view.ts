/** Takes a record apart. Every access is bounded by the record's own length: what is not there reads as zero or empty. */
import type { ProcessRef } from "../../observation.ts";

const TWO_TO_32 = 0x1_0000_0000;

export const HEADER_SIZE = 24;
const KILLED = 0x8000;

export class RecordView {
  #data: Buffer = Buffer.alloc(0);
  #offset = 0;
  #length = 0;

  /** One view serves all records, since a flood has hundreds of thousands in a second. */
  point(data: Buffer, offset: number, length: number): void {
    this.#data = data;
    this.#offset = offset;
    this.#length = Math.max(0, Math.min(length, data.length - offset));
  }

  get length(): number {
    return this.#length;
  }

  u16(at: number): number {
    return at + 2 <= this.#length ? this.#data.readUInt16LE(this.#offset + at) : 0;
  }

  u32(at: number): number {
    return at + 4 <= this.#length ? this.#data.readUInt32LE(this.#offset + at) : 0;
  }

  i32(at: number): number {
    return this.u32(at) | 0;
  }

  /** Exact up to 2^53; what is beyond is no time, size or inode of this world. */
  u64(at: number): number {
    return this.u32(at + 4) * TWO_TO_32 + this.u32(at);
  }

  text(at: number, length: number): string {
    const from = Math.min(at, this.#length);
    const to = Math.min(at + length, this.#length);
    return this.#data.toString("utf8", this.#offset + from, this.#offset + to);
  }

  bytes(at: number, length: number): Uint8Array {
    const from = Math.min(at, this.#length);
    return this.#data.subarray(
      this.#offset + from,
      this.#offset + Math.min(at + length, this.#length),
    );
  }

  get kind(): number {
    return this.u16(0);
  }

  get flags(): number {
    return this.u16(2);
  }

  /** RECORD_KILLED of bpf/records.h, as a member of an observation. */
  get killed(): { killed?: true } {
    return (this.flags & KILLED) === 0 ? {} : { killed: true };
  }

  get time(): number {
    return this.u64(8);
  }

  get process(): ProcessRef {
    return { pid: this.u32(4), startTicks: this.u64(16) };
  }
}
