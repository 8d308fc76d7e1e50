import type { PatternStore } from "./pattern-store.ts";

/**
 * Which items (numbers of whatever the caller counts) have the same few bytes. A group is made by its first item, and is
 * known by its number, from 0.
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

const FIRST_CAPACITY = 1024;
const GROWTH = 4;
/** Of each group: where its bytes are in the store, how many they are, its newest link, and how many items it has. */
const GROUP_FIELDS = 4;
const [AT, WIDTH, FIRST, SIZE] = [0, 1, 2, 3];

export function createGramIndex(store: PatternStore): GramIndex {
  let groups = new Int32Array(FIRST_CAPACITY * GROUP_FIELDS);
  let groupCount = 0;
  /** Open addressing, at most half full; a group's number + 1, or 0. */
  let slots = new Int32Array(FIRST_CAPACITY * 2);
  /** Of each link: its item and the next link. */
  let links = new Int32Array(FIRST_CAPACITY * 2);
  let linkCount = 0;

  const fieldOf = (group: number, field: number): number =>
    groups[group * GROUP_FIELDS + field] ?? 0;
  const isOfGroup = (group: number, bytes: Uint8Array, at: number, width: number): boolean =>
    fieldOf(group, WIDTH) === width && isSame(store.bytes, fieldOf(group, AT), bytes, at, width);
  const findSlot = (bytes: Uint8Array, at: number, width: number): number => {
    const mask = slots.length - 1;
    let slot = hashOf(bytes, at, width) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (isOfGroup((slots[slot] ?? 0) - 1, bytes, at, width)) break;
    }
    return slot;
  };
  const growGroups = (): void => {
    const grown = new Int32Array(groups.length * GROWTH);
    grown.set(groups);
    groups = grown;
    slots = new Int32Array(slots.length * GROWTH);
    for (let group = 0; group < groupCount; group++) {
      slots[findSlot(store.bytes, fieldOf(group, AT), fieldOf(group, WIDTH))] = group + 1;
    }
  };
  const addGroup = (at: number, width: number): number => {
    if ((groupCount + 1) * GROUP_FIELDS > groups.length) growGroups();
    const group = groupCount * GROUP_FIELDS;
    groups[group + AT] = at;
    groups[group + WIDTH] = width;
    groups[group + FIRST] = -1;
    slots[findSlot(store.bytes, at, width)] = groupCount + 1;
    return groupCount++;
  };
  const addLink = (item: number, next: number): number => {
    if (linkCount * 2 === links.length) {
      const grown = new Int32Array(links.length * 2);
      grown.set(links);
      links = grown;
    }
    links[linkCount * 2] = item;
    links[linkCount * 2 + 1] = next;
    return linkCount++;
  };
  const find: GramIndex["find"] = (bytes, at, width) =>
    (slots[findSlot(bytes, at, width)] ?? 0) - 1;

  return {
    get groupCount() {
      return groupCount;
    },
    add(at, width, item) {
      const known = find(store.bytes, at, width);
      const group = known === -1 ? addGroup(at, width) : known;
      groups[group * GROUP_FIELDS + FIRST] = addLink(item, fieldOf(group, FIRST));
      groups[group * GROUP_FIELDS + SIZE] = fieldOf(group, SIZE) + 1;
      return group;
    },
    find,
    sizeOf: (group) => fieldOf(group, SIZE),
    firstOf: (group) => fieldOf(group, FIRST),
    itemOf: (link) => links[link * 2] ?? 0,
    nextOf: (link) => links[link * 2 + 1] ?? -1,
  };
}

/** FNV-1a, with its high bits brought down to where a slot's number is taken from. */
function hashOf(bytes: Uint8Array, at: number, width: number): number {
  let hash = 0x811c9dc5 ^ width;
  for (let index = at; index < at + width; index++) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function isSame(
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  width: number,
): boolean {
  for (let index = 0; index < width; index++) {
    if (left[leftAt + index] !== right[rightAt + index]) return false;
  }
  return true;
}
