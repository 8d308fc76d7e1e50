import { isRegisteredDomain, type BroadnessCheck } from "../../egress/broad-destination.ts";

/** A name whose first labels look as if they change from day to day. */
export interface RotatingName {
  /** What stays. A wildcard over it would cover nobody else's names. */
  readonly suffix: string;
  /** The same for names that differ in numbers, hashes and regions alone. */
  readonly shape: string;
  /** That one name alone shows it: a hash, below what is more than a whole registered domain. */
  readonly isCertain: boolean;
}

/** `mirror3.eu-west-1.example.com`: two labels change, more do not in practice. */
const MAX_ROTATING_LABELS = 2;
const HASH = "%";
const REGION = "@";
/** As cloud providers write them: us-east-1, europe-west4, ap-southeast-2a, us-gov-west-1. */
const DASHED_REGION =
  /^(?:af|africa|ap|asia|australia|ca|cn|eu|europe|il|me|mx|northamerica|sa|southamerica|uk|us)(?:-gov|-iso)?-(?:central|east|north|northeast|northwest|south|southeast|southwest|west)-?\d[a-z]?$/;
/** As Azure writes them: eastus2, westeurope, southeastasia. */
const JOINED_REGION =
  /^(?:central|east|north|northcentral|south|southcentral|southeast|west|westcentral)(?:us|europe|asia|india|japan|australia|canada|uk)\d?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}$/;
/** Letters and digits that change places often: no word does. */
const MIXED = /^(?=[a-z0-9]{12,}$)(?:[a-z]*\d+[a-z]+){3}/;

/** Whether a name rotates, anyone's names under its suffix or not. */
export function isRotating(name: string): boolean {
  return findShape(name.split(".")) !== undefined;
}

/** Undefined also where a wildcard would cover names that anyone can have. */
export function toRotatingName(name: string, isBroad: BroadnessCheck): RotatingName | undefined {
  const labels = name.split(".");
  const found = findShape(labels);
  if (found === undefined) return undefined;
  const suffix = labels.slice(found.length).join(".");
  if (!suffix.includes(".") || isBroad({ host: { type: "suffix", suffix } }) !== undefined) {
    return undefined;
  }
  const isCertain = found.join(".").includes(HASH) && !isRegisteredDomain(suffix);
  return { suffix, shape: found.join("."), isCertain };
}

/** The shapes of the labels up to the last that changes. */
function findShape(labels: readonly string[]): string[] | undefined {
  const shapes = labels.slice(0, MAX_ROTATING_LABELS).map(toShape);
  const last = shapes.findLastIndex((shape, index) => shape !== labels[index]);
  return last < 0 ? undefined : shapes.slice(0, last + 1);
}

function toShape(label: string): string {
  if (DASHED_REGION.test(label) || JOINED_REGION.test(label)) return REGION;
  if (UUID.test(label)) return HASH;
  return label
    .split("-")
    .map((part) => (HEX.test(part) || MIXED.test(part) ? HASH : part.replaceAll(/\d+/g, "#")))
    .join("-");
}
