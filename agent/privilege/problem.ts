/** Something that keeps the guard from seeing or doing as much as it could, and one line on how to mend it. */
export interface Problem {
  /** Fixed names, for scripts. */
  readonly id: string;
  readonly message: string;
  readonly fix: string;
}
