/**
 * How long a dialog has to be shown before its button counts, in milliseconds: an answer that comes sooner was meant
 * for what was on the screen before, as when Enter is pressed once too often or held down.
 */
export const minReadingMs = 1500;
