// Bounds the memory of a core module, in its bytes: of one that is compiled, JavaScript can't do it.
// https://webassembly.github.io/spec/core/binary/modules.html

const HEADER = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
/** The most pages of 64 KiB that a memory may have: 64 MiB. */
const MOST_PAGES = 1024;

/**
 * The same module, none of whose memories can grow beyond 64 MiB.
 * @param {Uint8Array} module
 */
export function withBoundedMemory(module) {
  const parts = [module.subarray(0, HEADER)];
  for (let at = HEADER; at < module.length; ) {
    const [length, start] = readNumber(module, at + 1);
    const end = start + length;
    parts.push(module[at] === MEMORY_SECTION ? bounded(module, start) : module.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/**
 * The section of memories, each with a maximum.
 * @param {Uint8Array} module
 * @param {number} start where its content begins
 */
function bounded(module, start) {
  let [count, at] = readNumber(module, start);
  const content = number(count);
  for (; count > 0; count--) {
    const flags = module[at];
    const [least, afterLeast] = readNumber(module, at + 1);
    const [most, after] = flags & HAS_MAXIMUM ? readNumber(module, afterLeast) : [MOST_PAGES, afterLeast];
    content.push(flags | HAS_MAXIMUM, ...number(least), ...number(Math.min(most, MOST_PAGES)));
    at = after;
  }
  return Uint8Array.of(MEMORY_SECTION, ...number(content.length), ...content);
}

/**
 * Reads a number in LEB128; gives it, and where it ends.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function readNumber(bytes, at) {
  let value = 0;
  let factor = 1;
  for (; bytes[at] > 0x7f; factor *= 128) {
    value += (bytes[at++] & 0x7f) * factor;
  }
  return [value + bytes[at] * factor, at + 1];
}

/**
 * @param {number} value
 * @returns {number[]} in LEB128
 */
function number(value) {
  return value > 0x7f ? [(value % 128) | 0x80, ...number(Math.floor(value / 128))] : [value];
}
