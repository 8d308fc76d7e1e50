/** For tests in TypeScript. */
export interface ClientFile {
  readonly name: string;
  readonly content: string;
}

export function bundleClient(
  root: string,
  note?: (path: string) => void,
): Promise<readonly ClientFile[]>;
