/** For tests, which are TypeScript. */
export function toLauncher(what: {
  readonly script: string;
  readonly release: string;
  readonly node: string;
}): string;
