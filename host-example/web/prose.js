// The component's sentences, with what stands in backticks set as code.

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function prose(text) {
  return text.split("`").map((part, index, { length }) => {
    // A backtick without its second one is shown as it is.
    if (index % 2 === 0 || index === length - 1) {
      return index % 2 === 0 ? part : `\`${part}`;
    }
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}
