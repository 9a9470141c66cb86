// What is given beside the template: the build, user variables, variables of the environment.

/** What a variable has at first that must be given. */
const EXAMPLES = new Map([["atlas_token", "an-example-token"]]);

/** The fields for what a template leaves open. */
export class Given {
  #form;
  #onChange;
  #isSecret;
  /** What was typed, kept while the template changes. @type {Map<string, string>} */
  #values = new Map();
  #fields = "";

  /**
   * @param {HTMLElement} form
   * @param {() => void} onChange
   * @param {(name: string) => boolean} isSecret whether the value of that name is not to be shown
   */
  constructor(form, onChange, isSecret) {
    this.#form = form;
    this.#isSecret = isSecret;
    this.#onChange = onChange;
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /**
   * Shows the fields that a template needs.
   * @param {string} template
   * @param {string[]} environment names of the variables that may be read for it
   */
  fit(template, environment) {
    const { builds, variables } = outline(template);
    const fields = [
      ...(builds.length > 1 ? [{ key: "build", label: "build", choices: builds }] : []),
      ...variables.map(({ name, usual }) => ({ key: `var ${name}`, label: name, usual })),
      ...environment.map((name) => ({ key: `env ${name}`, label: name, usual: "not set" })),
    ];
    if (JSON.stringify(fields) !== this.#fields) {
      this.#fields = JSON.stringify(fields);
      this.#form.replaceChildren(...fields.map((field) => this.#field(field)));
    }
  }

  /** The chosen build, if there are several. */
  get build() {
    return this.#form.querySelector("select")?.value;
  }

  get variables() {
    return this.#given("var ");
  }

  get environment() {
    return this.#given("env ");
  }

  /** @param {string} kind */
  #given(kind) {
    const inputs = [...this.#form.querySelectorAll("input")];
    const given = inputs.filter(({ name, value }) => name.startsWith(kind) && value !== "");
    return new Map(given.map(({ name, value }) => [name.slice(kind.length), value]));
  }

  /** @param {{ key: string, label: string, usual?: string, choices?: string[] }} field */
  #field({ key, label, usual, choices }) {
    const made = document.createElement("label");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = label;
    const control = choices ? choice(choices) : input(this.#isSecret(label), usual);
    control.name = key;
    control.value = this.#values.get(key) ?? (choices ? choices[0] : (EXAMPLES.get(label) ?? ""));
    control.addEventListener("input", () => {
      this.#values.set(key, control.value);
      this.#onChange();
    });
    made.append(name, control);
    return made;
  }
}

/** @param {string[]} choices */
function choice(choices) {
  const select = document.createElement("select");
  select.append(...choices.map((text) => new Option(text, text)));
  return select;
}

/**
 * @param {boolean} isSecret
 * @param {string} [usual] what it is if nothing is given
 */
function input(isSecret, usual) {
  const made = document.createElement("input");
  made.className = isSecret ? "hidden" : "";
  made.placeholder = usual ?? "";
  made.autocomplete = "off";
  made.spellcheck = false;
  return made;
}

/**
 * Builds and variables of a template; none of one that is no JSON yet.
 * @param {string} template
 */
function outline(template) {
  let parsed;
  try {
    parsed = JSON.parse(template);
  } catch {
    return { builds: [], variables: [] };
  }
  const builders = Array.isArray(parsed?.builders) ? parsed.builders : [];
  const variables = Object.entries(parsed?.variables ?? {});
  return {
    builds: builders.map((/** @type {any} */ builder) => String(builder?.name ?? builder?.type ?? "")),
    variables: variables.map(([name, usual]) => ({
      name,
      usual: usual === null ? "required" : usual === "" ? "empty" : String(usual),
    })),
  };
}
