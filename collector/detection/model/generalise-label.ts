/** Parts of names that change from run to run become `*`: numbers, hashes, dates, regions, versions. */

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** As clouds write them: `us-east-1`, `europe-west4`, `eastus2`. */
const REGION =
  /\b(?:us|eu|ap|sa|ca|me|af|il|mx|cn|uk|asia|europe|australia|northamerica|southamerica|africa)-(?:gov-)?(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-?\d+\b/gi;
const AZURE_REGION =
  /\b(?:(?:east|west|north|south)?central|east|west|north|south|southeast|northeast)(?:us|europe|asia|india|canada)\d?\b/gi;
/** Between these, each part is looked at by itself. */
const SEPARATORS = /([-_.+~@=,])/;
const DIGITS = /\d+/g;
/** A commit's short form has seven; words of these letters alone have no digit in them. */
const HEXADECIMAL = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,}$/i;
/** Random letters and digits change between the two more often than any name a person gives. */
const MIXED_LENGTH = 10;
const MIXED_CHANGES = 3;
/** Long words of languages have vowels; random letters have one in five. */
const RANDOM_LENGTH = 14;
const RANDOM_VOWELS = 0.24;
/** mkdtemp(3) and its kin put six to ten letters of both cases at the end. */
const TEMPORARY = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{6,10}$/;

/** As long as a name in a file system may be, and four times as long as one in DNS. */
const MAX_CHARACTERS = 255;

export function generaliseLabel(given: string): string {
  const label = given.slice(0, MAX_CHARACTERS);
  const known = label.replaceAll(UUID, "*").replaceAll(REGION, "*").replaceAll(AZURE_REGION, "*");
  return known
    .split(SEPARATORS)
    .map(generalisePart)
    .join("")
    .replaceAll(/\*(?:[-_.+~@=,]?\*)+/g, "*");
}

function generalisePart(part: string): string {
  if (HEXADECIMAL.test(part) || TEMPORARY.test(part) || isMixed(part) || isRandom(part)) return "*";
  return part.replaceAll(DIGITS, "*");
}

function isMixed(part: string): boolean {
  if (part.length < MIXED_LENGTH) return false;
  const changes = part.match(/\d[a-z]|[a-z]\d/gi)?.length ?? 0;
  return changes >= MIXED_CHANGES;
}

function isRandom(part: string): boolean {
  if (part.length < RANDOM_LENGTH || !/^[a-z]+$/i.test(part)) return false;
  const vowels = part.match(/[aeiouy]/gi)?.length ?? 0;
  return vowels / part.length < RANDOM_VOWELS;
}
