/**
 * What a row beside batches counts for, of what its tenant may have stored: about what a long one takes, text of any length
 * aside. The same when it is added and when it is taken away.
 */
export const ROW_BYTES = 256;
