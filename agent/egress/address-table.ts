import { lastOfBlock } from "./address-block.ts";
import type { AddressBlock } from "./address-block.ts";
import type { IpAddress } from "./ip-address.ts";

/** Finds the blocks that hold an address, narrowest first. */
export interface AddressTable<T> {
  find(address: IpAddress, accept: (value: T) => boolean): T | undefined;
}

interface Row<T> {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly prefix: number;
  readonly values: T[];
  /** The narrowest block that this one lies in. */
  parent: Row<T> | undefined;
}

/**
 * Two blocks are apart or one lies in the other. So the last row that begins at or before an address either holds it,
 * or one of the blocks around that row does.
 */
export function createAddressTable<T>(
  entries: readonly { readonly block: AddressBlock; readonly value: T }[],
): AddressTable<T> {
  const ipv4 = toRows(entries.filter(({ block }) => block.first.family === "ipv4"));
  const ipv6 = toRows(entries.filter(({ block }) => block.first.family === "ipv6"));
  return {
    find({ family, words }, accept) {
      let row = lastRowUpTo(family === "ipv4" ? ipv4 : ipv6, words);
      for (; row !== undefined; row = row.parent) {
        if (compareWords(words, row.last) > 0) continue;
        const found = row.values.find(accept);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function toRows<T>(
  entries: readonly { readonly block: AddressBlock; readonly value: T }[],
): Row<T>[] {
  const sorted = entries.toSorted(
    (a, b) =>
      compareWords(a.block.first.words, b.block.first.words) || a.block.prefix - b.block.prefix,
  );
  const rows: Row<T>[] = [];
  for (const { block, value } of sorted) {
    const { words } = block.first;
    const previous = rows.at(-1);
    if (previous?.prefix === block.prefix && compareWords(previous.first, words) === 0) {
      previous.values.push(value);
      continue;
    }
    let parent = previous;
    while (parent !== undefined && compareWords(words, parent.last) > 0) parent = parent.parent;
    const last = lastOfBlock(block).words;
    rows.push({ first: words, last, prefix: block.prefix, values: [value], parent });
  }
  return rows;
}

function lastRowUpTo<T>(rows: readonly Row<T>[], words: readonly number[]): Row<T> | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWords(rows[middle]?.first ?? [], words) <= 0) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

function compareWords(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < left.length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
