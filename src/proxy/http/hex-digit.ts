/** What an ASCII hexadecimal digit stands for; for any other byte so far below zero that no second digit makes up for it. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -256;
}
