/** What is said of a line of an export; whoever reads the file says of which. */
export class WrongLine extends Error {
  override readonly name = "WrongLine";
}
