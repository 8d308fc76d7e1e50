import { listNft } from "./nft-program.ts";

/** Compares a table with what it was when it was loaded. */
export interface TableCheck {
  /** To be called when the table has just been loaded. */
  remember(): Promise<void>;
  /** False also where it cannot be listed. */
  isWhole(): Promise<boolean>;
}

/** All but what counts up and the elements of sets. */
export function createTableCheck(nft: string, table: string): TableCheck {
  let remembered: string | undefined;
  const read = async (): Promise<string | undefined> => {
    const listing = await listNft(nft, ["table", "inet", table]);
    if (listing.status === "failed") return undefined;
    return listing.text.replaceAll(/packets \d+ bytes \d+/g, "");
  };
  return {
    async remember() {
      remembered = await read();
    },
    async isWhole() {
      const now = await read();
      return now !== undefined && now === remembered;
    },
  };
}
