/**
 * Memory for the heads that leave, which have the credential in them. In Node's own pool their bytes would stay as long
 * as anything beside them is in use; here, there is nothing beside them.
 */
const slabBytes = 65_536;

let slab = Buffer.alloc(0);
let used = 0;

/** The text, in Latin-1, and then the bytes. */
export function headBytes(text: string, rest: Buffer): Buffer {
  const length = text.length + rest.length;
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
    used = 0;
  }
  const bytes = slab.subarray(used, used + length);
  used += length;
  bytes.write(text, 'latin1');
  rest.copy(bytes, text.length);
  return bytes;
}

/** To be called when there is another credential, or none. Heads that are still being sent stay until they are. */
export function forgetHeads(): void {
  slab = Buffer.alloc(0);
  used = 0;
}
