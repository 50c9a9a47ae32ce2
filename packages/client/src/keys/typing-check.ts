/**
 * Four characters that a line of a printed backup ends with. A CRC of 16 bits (polynomial 0x1021, begun with ones) and not a hash: it is
 * certain to change when up to 16 bits in a row do, so every single wrong character is found and every two neighbours that were swapped;
 * of all other mistakes it misses one in 65,536.
 */
export function typingCheck(line: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(line)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc.toString(16).padStart(4, "0");
}
