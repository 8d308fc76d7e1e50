/** Texts in which nothing was found, as many of the last ones as there is room for. */
export interface CleanTexts {
  has(text: string): boolean;
  add(text: string): void;
  clear(): void;
}

export interface CleanTextBounds {
  /** Of each of two halves: one takes what comes, the other has what came before that, and is forgotten when the first is full. */
  readonly halfTexts: number;
  readonly halfCharacters: number;
  /** What is longer is not the same twice, and takes room. */
  readonly maxCharacters: number;
}

export function createCleanTexts(bounds: CleanTextBounds): CleanTexts {
  let older = new Set<string>();
  let recent = new Set<string>();
  let characters = 0;
  return {
    has: (text) => recent.has(text) || older.has(text),
    add(text) {
      if (text.length > bounds.maxCharacters) return;
      if (recent.size >= bounds.halfTexts || characters + text.length > bounds.halfCharacters) {
        [older, recent] = [recent, new Set()];
        characters = 0;
      }
      recent.add(text);
      characters += text.length;
    },
    clear() {
      older.clear();
      recent.clear();
      characters = 0;
    },
  };
}
