import type { CharacterClass } from "./character-class.ts";
import type { Find } from "./find.ts";
import type { Text } from "./text.ts";

/** Where the scanner stops and asks. Its conditions keep the detector from being asked in vain, which costs the most. */
export interface Anchor {
  /** 3 to 32 characters, each below U+0100; or 2, if the first is NUL. */
  readonly literal: string;
  /** ASCII letters alone. */
  readonly ignoreCase?: boolean;
  /** The byte before the anchor is not of this class; the start of the text is of none. */
  readonly notAfter?: CharacterClass;
  /** At least so many bytes of this class come right after the anchor; what meets the text's end counts as fulfilled. */
  readonly followedBy?: { readonly characters: CharacterClass; readonly atLeast: number };
  /** Of so many bytes behind the anchor six of the first 24 differ from one another, where there are 16 at least; what meets the text's end counts as fulfilled. */
  readonly varied?: number;
  /** Not where a run of the one class, of 255 bytes at most or none, and then a byte of the other come right after the anchor. */
  readonly notBefore?: { readonly run: CharacterClass; readonly end: CharacterClass };
  /** Not where a byte of this class is before it, and before that the byte that the anchor begins with: only the first of a row is asked about. */
  readonly notInRowOf?: CharacterClass;
  /**
   * The anchor is (part of) a name to which something is assigned: up to 32 of `A-Za-z0-9_.-`, up to two quotes or
   * backslashes or `]`, up to four blanks, and then `=` or `:` come after it.
   */
  readonly isAssigned?: boolean;
  /**
   * With `isAssigned`: not where what is assigned is no secret behind such a name, as far as that can be said of it at a glance. A `password` needs less than
   * a `token`.
   */
  readonly assigns?: "password" | "token";
}

/** Finds one kind of secret. Has no state that outlives a call. */
export interface Detector {
  readonly anchors: readonly Anchor[];
  /** What it finds is secret by itself: where it is cut off by the end of all input, what is there of it is masked. */
  readonly isToken?: boolean;
  /**
   * What it finds begins behind its anchor. Where it waits for more of the text, it need not be asked of what is behind that
   * place: otherwise each anchor of a flood in one line would look for the line's end.
   */
  readonly looksAhead?: boolean;
  /**
   * Asked at each place where one of the anchors stands, in the order of the text. Reads the line of `position` from its
   * start, and on behind it as far as it takes, but never more than a bound of its own.
   */
  inspect(text: Text, hit: Hit, search: Search): void;
}

export interface Hit {
  /** Of the anchor's first byte. */
  readonly position: number;
  /** Index into `anchors`. */
  readonly anchor: number;
}

/** What a detector says of a text. */
export interface Search {
  add(find: Find): void;
  /**
   * Something met the end of an open text. `from` is where the secret begins, or would begin, if that is on the anchor's line; else
   * the anchor. What is before `from` may be shown; the detector is asked again, from the start of that line, when more is there.
   */
  goesOn(from: number): void;
}
