/** What a parser of this folder gives back: the value, or one sentence that says what was wrong and what to write. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
