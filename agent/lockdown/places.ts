/**
 * How the guard comes to files that it looks at here. Some lie where users may have file systems of their own, and nobody who
 * serves one must be able to keep the guard waiting: what lies on such a one is as if it were not there.
 */
export interface Places {
  /** What a path leads to, links followed, as a place alone (O_PATH of open(2)). To be closed. */
  readonly openPlace: (path: string) => number | undefined;
  readonly openFolder: (path: string) => Folder | undefined;
}

export interface Folder extends Disposable {
  readonly descriptor: number;
  /** Nothing is mounted below it: whatever lies in it may be asked for by its name. */
  readonly isWhole: boolean;
  /** What lies in it under a name, a link too, as a place alone. To be closed. */
  openEntry(name: string): number | undefined;
}
