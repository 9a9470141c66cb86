// A publication without a network: an Atlas that does not exist answers as a new one would.

/**
 * @import { Request } from "../node/component/interfaces/atlas-post-processor-http.js"
 * @import { Report, Reporter } from "../node/component/interfaces/atlas-post-processor-reporting.js"
 * @import { Outcome } from "../node/component/interfaces/atlas-post-processor-steps.js"
 * @import { Transfer } from "../node/component/interfaces/atlas-post-processor-transfers.js"
 *
 * @typedef {(
 *   | { tag: "request", purpose: string, lines: string[], status: number }
 *   | { tag: "pack", files: string[] }
 *   | { tag: "end", text: string, isPublished: boolean }
 * )} Rehearsed
 */

/** No publication has so many steps. */
const MOST_STEPS = 1000;
/** As if every archive had this size, and all that is uploaded this hash. */
const PACKED = 1_000_000n;
const SHA256 = "0".repeat(64);

/**
 * What a publication does, from its first request to its end.
 * @param {Transfer} publication
 * @param {Reporter} reporter
 * @param {string} id that of the artifact
 * @returns {Rehearsed[]}
 */
export function rehearse(publication, reporter, id) {
  const atlas = new NewAtlas(id);
  /** @type {Rehearsed[]} */
  const told = [];
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = publication.next();
    const lines = reporter.step(step);
    switch (step.tag) {
      case "send": {
        const [status, answer] = atlas.answer(step.val);
        const outcome = answered(step.val, status, answer);
        told.push({ tag: "request", purpose: step.val.purpose, lines: lines.slice(1), status });
        reporter.outcome(outcome, 0n);
        publication.respond(outcome, 0n);
        break;
      }
      case "pack":
        told.push({ tag: "pack", files: step.val });
        publication.respond({ tag: "packed", val: PACKED }, 0n);
        break;
      case "wait":
        publication.respond({ tag: "waited" }, 0n);
        break;
      case "done":
      case "failed":
        return [...told, end(reporter.finish(step))];
    }
  }
  return told;
}

/**
 * @param {Report} report
 * @returns {Rehearsed}
 */
function end({ lines, messages, exitStatus }) {
  return { tag: "end", text: [...lines, ...messages].join("\n"), isPublished: exitStatus === 0 };
}

/**
 * @param {Request} request
 * @param {number} status
 * @param {object} answer
 * @returns {Outcome}
 */
function answered({ body, headers }, status, answer) {
  const key = headers.find(({ name }) => name.toLowerCase() === "idempotency-key")?.value;
  return {
    tag: "answered",
    val: {
      status,
      headers: key === undefined ? [] : [["Idempotency-Key", key]],
      body: new TextEncoder().encode(JSON.stringify(answer)),
      sent: body.tag === "range" ? body.val.length : 0n,
      sentSha256: body.tag === "range" ? SHA256 : undefined,
    },
  };
}

/** An Atlas in which nothing has been published yet. */
class NewAtlas {
  #id;
  /** @type {Map<string, object[]>} */
  #versions = new Map();
  /** @type {Set<string>} */
  #artifacts = new Set();
  /** The last version that was made. @type {{ size: number, [field: string]: unknown }} */
  #latest = { size: 0 };

  /** @param {string} id what versions are called whose request does not say */
  constructor(id) {
    this.#id = id;
  }

  /**
   * @param {Request} request
   * @returns {[status: number, answer: object]}
   */
  answer({ method, url, body }) {
    const path = new URL(url).pathname.replace(/^.*?\/api\/v1/, "");
    const sent = body.tag === "bytes" ? JSON.parse(new TextDecoder().decode(body.val)) : {};
    if (body.tag === "range") {
      this.#latest.size = Number(body.val.offset + body.val.length);
    }
    const [, , username = "", name = "", artifact_type = "", search] = path.split("/");
    if (method === "get" && path.endsWith("/authenticate")) {
      return [200, {}];
    }
    if (method === "post" && artifact_type === "" && sent.artifact) {
      this.#artifacts.add(`${sent.artifact.username}/${sent.artifact.name}`);
      return [200, sent];
    }
    if (method === "get" && search === "search") {
      return [200, { versions: this.#versions.get(path.replace(/\/search$/, "")) ?? [] }];
    }
    if (method === "get") {
      const known = this.#artifacts.has(`${username}/${name}`);
      return known ? [200, { artifact: { username, name, tag: `${username}/${name}` } }] : [404, {}];
    }
    if (method === "post") {
      return [
        200,
        this.#newVersion(path, { username, name, artifact_type }, sent.artifact_version ?? {}, url),
      ];
    }
    return [200, {}];
  }

  /**
   * @param {string} path
   * @param {{ username: string, name: string, artifact_type: string }} artifact
   * @param {Record<string, unknown>} sent
   * @param {string} url
   */
  #newVersion(path, artifact, sent, url) {
    const earlier = this.#versions.get(path) ?? [];
    const number = earlier.length + 1;
    const { username, name, artifact_type } = artifact;
    const slug = `${username}/${name}/${artifact_type}/${number}`;
    const version = {
      id: this.#id,
      ...sent,
      ...artifact,
      tag: `${username}/${name}`,
      version: number,
      slug,
    };
    this.#latest = { ...version, sha256: SHA256, size: 0 };
    this.#versions.set(path, [this.#latest, ...earlier]);
    const upload = { upload_path: `${new URL(url).origin}/uploads/made-up`, upload_token: "made-up" };
    return sent.file ? { ...version, ...upload } : version;
  }
}
