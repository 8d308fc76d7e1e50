import type { PatternStore } from "./pattern-store.ts";

/**
 * Which items (numbers of whatever the caller counts) have the same few bytes, 8 at most. A group is made by its first item,
 * and is known by its number, from 0.
 */
export interface GramIndex {
  readonly groupCount: number;
  /** Puts the item under the bytes `[at, at + width)` of the store. */
  readonly add: (at: number, width: number, item: number) => number;
  /** The group of the bytes `[at, at + width)` of these bytes, or -1. */
  readonly find: (bytes: Uint8Array, at: number, width: number) => number;
  readonly sizeOf: (group: number) => number;
  /** A link, for `itemOf` and `nextOf`; -1 when there are no more. The newest item comes first. */
  readonly firstOf: (group: number) => number;
  readonly itemOf: (link: number) => number;
  readonly nextOf: (link: number) => number;
}

const FIRST_CAPACITY = 4096;
/** Each time, all are put in again, and what was let go makes work for the runtime. */
const GROWTH = 4;
/** Of each group: its bytes as two numbers, how many they are, its newest link, and how many items it has. */
const GROUP_FIELDS = 5;
const [LOW, HIGH, WIDTH, FIRST, SIZE] = [0, 1, 2, 3, 4] as const;
/** Of each link: its item and the next link. */
const LINK_FIELDS = 2;

export function createGramIndex(store: PatternStore): GramIndex {
  let groups = new Int32Array(FIRST_CAPACITY * GROUP_FIELDS);
  let groupCount = 0;
  /** Open addressing, at most half full; a group's number + 1, or 0. */
  let slots = new Int32Array(FIRST_CAPACITY * 2);
  let links = new Int32Array(FIRST_CAPACITY * LINK_FIELDS);
  let linkCount = 0;

  const fieldOf = (group: number, field: number): number =>
    groups[group * GROUP_FIELDS + field] ?? 0;
  const findSlot = (low: number, high: number, width: number): number => {
    const mask = slots.length - 1;
    let slot = hashOf(low, high, width) & mask;
    for (let taken = slots[slot]; taken !== undefined && taken !== 0; taken = slots[slot]) {
      const at = (taken - 1) * GROUP_FIELDS;
      const isIt =
        groups[at + LOW] === low && groups[at + HIGH] === high && groups[at + WIDTH] === width;
      if (isIt) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const growGroups = (): void => {
    groups = enlarged(groups);
    slots = new Int32Array(slots.length * GROWTH);
    for (let group = 0; group < groupCount; group++) {
      const slot = findSlot(fieldOf(group, LOW), fieldOf(group, HIGH), fieldOf(group, WIDTH));
      slots[slot] = group + 1;
    }
  };
  const addLink = (item: number, next: number): number => {
    const at = linkCount * LINK_FIELDS;
    if (at === links.length) links = enlarged(links);
    links[at] = item;
    links[at + 1] = next;
    return linkCount++;
  };

  return {
    get groupCount() {
      return groupCount;
    },
    add(at, width, item) {
      if ((groupCount + 1) * GROUP_FIELDS > groups.length) growGroups();
      const low = lowOf(store.bytes, at, width);
      const high = highOf(store.bytes, at, width);
      const slot = findSlot(low, high, width);
      const known = slots[slot] ?? 0;
      const group = known === 0 ? groupCount++ : known - 1;
      const fields = group * GROUP_FIELDS;
      if (known === 0) {
        slots[slot] = groupCount;
        groups[fields + LOW] = low;
        groups[fields + HIGH] = high;
        groups[fields + WIDTH] = width;
        groups[fields + FIRST] = -1;
      }
      groups[fields + FIRST] = addLink(item, fieldOf(group, FIRST));
      groups[fields + SIZE] = fieldOf(group, SIZE) + 1;
      return group;
    },
    find(bytes, at, width) {
      const slot = findSlot(lowOf(bytes, at, width), highOf(bytes, at, width), width);
      return (slots[slot] ?? 0) - 1;
    },
    sizeOf: (group) => fieldOf(group, SIZE),
    firstOf: (group) => fieldOf(group, FIRST),
    itemOf: (link) => links[link * LINK_FIELDS] ?? 0,
    nextOf: (link) => links[link * LINK_FIELDS + 1] ?? -1,
  };
}

function enlarged(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(numbers.length * GROWTH);
  grown.set(numbers);
  return grown;
}

/** The first four of the bytes, the little end first. */
function lowOf(bytes: Uint8Array, at: number, width: number): number {
  return width >= 4 ? wordAt(bytes, at) : partAt(bytes, at, width);
}

function highOf(bytes: Uint8Array, at: number, width: number): number {
  return width >= 8 ? wordAt(bytes, at + 4) : partAt(bytes, at + 4, width - 4);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function partAt(bytes: Uint8Array, at: number, width: number): number {
  let part = 0;
  for (let index = 0; index < width; index++) part |= (bytes[at + index] ?? 0) << (8 * index);
  return part;
}

/** With its high bits brought down to where a slot's number is taken from. */
function hashOf(low: number, high: number, width: number): number {
  const mixed = Math.imul(low ^ width, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  const hash = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
