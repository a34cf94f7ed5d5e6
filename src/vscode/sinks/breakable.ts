/** No more fits into the side bar of a window of 800 pixels. */
const maxWordLength = 22;
const parts = /(?<=[a-zA-Z\d][./:_-])(?=[a-zA-Z\d])|(?<=[a-z])(?=[A-Z])/g;
const breakHere = '\u200B';

/**
 * Lets long words of a text, such as names of settings and addresses, break at their parts. Above a tree, the editor
 * breaks lines only between words, and one word that is wider than the view cuts off the end of every line.
 */
export function breakable(text: string): string {
  return text.replace(/\S+/g, (word) =>
    word.length <= maxWordLength ? word : word.replace(parts, breakHere),
  );
}
