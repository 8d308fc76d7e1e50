import type { Libc } from "./libc.ts";
import { createRingReader, type RingReader } from "./ring-reader.ts";

/** The smallest page of the architectures we know; arm64 kernels may have larger ones. */
const PAGE_SIZES = [4096, 16_384, 65_536];

export interface OpenRing extends Disposable {
  readonly reader: RingReader;
}

/** Maps a ring buffer map as the kernel lays it out (kernel/bpf/ringbuf.c, ringbuf_map_mmap_user). */
export function openRing(libc: Libc, descriptor: number, size: number): OpenRing {
  const pageSize = findPageSize(libc, descriptor);
  const consumer = libc.map(descriptor, { offset: 0, size: pageSize, writable: true });
  const producer = libc.map(descriptor, {
    offset: pageSize,
    size: pageSize + size,
    writable: false,
  });
  const reader = createRingReader({
    consumer: consumer.bytes,
    producer: producer.bytes,
    pageSize,
    size,
  });
  return {
    reader,
    [Symbol.dispose]() {
      producer[Symbol.dispose]();
      consumer[Symbol.dispose]();
    },
  };
}

/** mmap refuses an offset that is no multiple of the page size, and says so before anything else. */
function findPageSize(libc: Libc, descriptor: number): number {
  for (const size of PAGE_SIZES) {
    try {
      libc.map(descriptor, { offset: size, size, writable: false })[Symbol.dispose]();
      return size;
    } catch {
      continue;
    }
  }
  throw new Error("cannot map the ring buffer with any page size");
}
