// An editor for JSON: a text area over the same text in colours, with line numbers and findings in place.

import { highlighted, offsetOf } from "./highlight.js";

/** @import { Finding } from "./check.js" */

export class Editor {
  #area = document.createElement("textarea");
  #colours = document.createElement("pre");
  #gutter = document.createElement("div");
  /** @type {Finding[]} */
  #findings = [];

  /**
   * @param {HTMLElement} place
   * @param {string} title the id of what names it
   * @param {string} description the id of what tells its findings
   * @param {() => void} onChange
   */
  constructor(place, title, description, onChange) {
    const text = element("text", this.#colours, this.#area);
    this.#gutter.className = "gutter";
    for (const hidden of [this.#gutter, this.#colours]) {
      hidden.setAttribute("aria-hidden", "true");
    }
    this.#area.spellcheck = false;
    this.#area.autocapitalize = "off";
    this.#area.wrap = "off";
    this.#area.setAttribute("aria-labelledby", title);
    this.#area.setAttribute("aria-describedby", description);
    place.replaceChildren(element("sheet", this.#gutter, text));
    this.#area.addEventListener("input", () => {
      // What was found may stand elsewhere by now; it is looked for again in a moment.
      this.#findings = [];
      this.#draw();
      onChange();
    });
  }

  get text() {
    return this.#area.value;
  }

  set text(text) {
    this.#area.value = text;
    this.#draw();
  }

  /** @param {Finding[]} findings */
  show(findings) {
    this.#findings = findings;
    this.#area.setAttribute("aria-invalid", String(findings.some(({ severity }) => severity === "error")));
    this.#draw();
  }

  /**
   * Selects what a finding is about.
   * @param {Finding} finding
   */
  reveal({ position }) {
    this.#area.focus({ preventScroll: true });
    if (!position) {
      return;
    }
    const lines = this.text.split("\n");
    const line = lines[position.line - 1] ?? "";
    const before = lines.slice(0, position.line - 1).reduce((length, { length: l }) => length + l + 1, 0);
    this.#area.setSelectionRange(
      before + offsetOf(line, position.column),
      before + offsetOf(line, position.column + position.length),
    );
    this.#colours.children[position.line - 1]?.scrollIntoView({ block: "center", inline: "nearest" });
  }

  #draw() {
    const lines = this.text.split("\n");
    const colours = [];
    const numbers = [];
    for (const [index, line] of lines.entries()) {
      const here = this.#findings.filter(({ position }) => position?.line === index + 1);
      colours.push(element("", ...highlighted(line, here), line === "" ? "\u200b" : ""));
      const worst = here.find(({ severity }) => severity === "error") ?? here[0];
      numbers.push(element(worst?.severity ?? "", String(index + 1)));
    }
    this.#colours.replaceChildren(...colours);
    this.#gutter.replaceChildren(...numbers);
  }
}

/**
 * @param {string} className
 * @param {(Node | string)[]} children
 */
function element(className, ...children) {
  const made = document.createElement("div");
  made.className = className;
  made.append(...children);
  return made;
}
