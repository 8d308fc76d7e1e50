import { createTrial } from "./naive-windows.ts";

export const WORD = "Kq8vLw2ZpX4mTn7RbY5s";
/** Every encoding has something to escape in one of them. */
export const VALUES = [
  `p@ss "w0rd" 'x' $HOME \`id\` a&b<c>d\\e/f+g=h;i~j%k!é\u{1F511}`,
  "first line of it\n\tsecond: line\nthird+/line",
  WORD,
  "~/some=~dir/#9:~x?w",
];

/** Whether the value is found in what somebody has written. */
export function isMasked(value: string, written: Uint8Array | string): boolean {
  const text = Buffer.concat([Buffer.from("log: "), Buffer.from(written), Buffer.from(" .")]);
  return createTrial(value).search(text).finds.length > 0;
}
