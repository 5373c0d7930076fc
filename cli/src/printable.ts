/**
 * Names as text for a screen. Columns, classes, cells and files are called as others chose, and a name may hold what a
 * terminal obeys: sequences that wipe the screen, characters that turn the direction of writing. They are shown by their
 * numbers and not sent.
 */

// Cc: the controls of ASCII and of Latin-1, line breaks among them
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A name on one line: "\x1b[2J" → "\\u{1b}[2J" */
export function printable(name: string, escape: (character: string) => string = byNumber): string {
  return name.replace(UNPRINTABLE, escape);
}

/** The same for a text that has lines of its own, such as an error. */
export function printableLines(text: string): string {
  return text
    .split("\n")
    .map((line) => printable(line))
    .join("\n");
}

function byNumber(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}

/** As JSON writes it, so that who reads it gets the character. */
export function inJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The first dozen of many names, each cut where it is long. */
export function listed(names: readonly string[], most = 12): string {
  const first = names.slice(0, most).map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name));
  return names.length > most ? `${first.join(", ")}, … (${names.length} in all)` : first.join(", ");
}

const LONGEST = 30; // characters; a dozen of them fill a few lines
