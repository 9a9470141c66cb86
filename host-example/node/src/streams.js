// The streams of WASI, as far as the component needs them. The web page uses them as well.

/** How many bytes of what the guest prints are kept. */
const OUTPUT_KEPT = 16 * 1024;

/** Why a stream failed. None does. */
export class IoError {}

/** What the guest prints, up to a limit. */
export class OutputStream {
  text = "";
  #decoder = new TextDecoder();

  /** @param {Uint8Array} bytes */
  blockingWriteAndFlush(bytes) {
    this.text = (this.text + this.#decoder.decode(bytes)).slice(0, OUTPUT_KEPT);
  }
}
