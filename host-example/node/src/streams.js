// The streams of WASI, as far as the component needs them. The web page uses them as well.

/** How many bytes of what the guest prints are kept. */
const OUTPUT_KEPT = 16 * 1024;

/** Why a stream failed. */
export class IoError extends Error {
  toDebugString() {
    return this.message;
  }
}

/** Nothing is ever waited for. */
export class Pollable {
  ready = () => true;
  block() {}
}

/** An input that is at its end. */
export class InputStream {
  read = atEnd;
  blockingRead = atEnd;
  subscribe = () => new Pollable();
}

/** @returns {Uint8Array} */
function atEnd() {
  // How WASI reports an error: the component gets this value.
  throw { tag: "closed" };
}

/** What the guest prints, up to a limit. */
export class OutputStream {
  text = "";
  #decoder = new TextDecoder();

  checkWrite = () => BigInt(OUTPUT_KEPT);

  /** @param {Uint8Array} bytes */
  write(bytes) {
    this.text = (this.text + this.#decoder.decode(bytes)).slice(0, OUTPUT_KEPT);
  }

  blockingWriteAndFlush = this.write;
  flush() {}
  blockingFlush() {}
  subscribe = () => new Pollable();
}
