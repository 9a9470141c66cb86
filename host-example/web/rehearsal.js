// A publication without a network: an Atlas that does not exist answers as a new one would.

import { shownRequest } from "../node/src/redaction.js";

/**
 * @import { Outcome, Request } from "../node/component/interfaces/atlas-post-processor-publishing.js"
 * @import { Publication } from "../node/src/instance.js"
 * @import { ShownRequest } from "../node/src/redaction.js"
 *
 * @typedef {(
 *   | { tag: "request", request: ShownRequest, status: number }
 *   | { tag: "pack", files: string[] }
 *   | { tag: "done", receipts: string[] }
 *   | { tag: "failed", message: string }
 * )} Rehearsed
 */

/** No publication has so many steps. */
const MOST_STEPS = 1000;
/** As if all files had this size and hash. */
const PACKED = 1_000_000n;
const SHA256 = "0".repeat(64);

/**
 * What a publication does, from its first request to its end.
 * @param {Publication} publication
 * @param {string} id that of the artifact
 * @returns {Rehearsed[]}
 */
export function rehearse(publication, id) {
  const atlas = new NewAtlas(id);
  /** @type {Rehearsed[]} */
  const told = [];
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = publication.next();
    switch (step.tag) {
      case "send": {
        const [status, answer] = atlas.answer(step.val);
        told.push({ tag: "request", request: shownRequest(step.val), status });
        publication.respond(answered(step.val, status, answer));
        break;
      }
      case "pack":
        told.push({ tag: "pack", files: step.val });
        publication.respond({ tag: "packed", val: PACKED });
        break;
      case "wait":
        publication.respond({ tag: "waited" });
        break;
      case "done": {
        const receipts = step.val.map(
          ({ tag, artifactType, version }) => `${tag}/${artifactType}/${version}`,
        );
        return [...told, { tag: "done", receipts }];
      }
      case "failed":
        return [...told, { tag: "failed", message: step.val.message }];
    }
  }
  return told;
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
      sentSha256: body.tag === "file" || body.tag === "archive" ? SHA256 : undefined,
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
    const [, , username = "", name = "", artifact_type = "", search] = path.split("/");
    if (method === "GET" && path.endsWith("/authenticate")) {
      return [200, {}];
    }
    if (method === "POST" && artifact_type === "" && sent.artifact) {
      this.#artifacts.add(`${sent.artifact.username}/${sent.artifact.name}`);
      return [200, sent];
    }
    if (method === "GET" && search === "search") {
      return [200, { versions: this.#versions.get(path.replace(/\/search$/, "")) ?? [] }];
    }
    if (method === "GET") {
      const known = this.#artifacts.has(`${username}/${name}`);
      return known ? [200, { artifact: { username, name, tag: `${username}/${name}` } }] : [404, {}];
    }
    if (method === "POST") {
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
    this.#versions.set(path, [{ ...version, sha256: SHA256, size: Number(PACKED) }, ...earlier]);
    const upload = { upload_path: `${new URL(url).origin}/uploads/made-up`, upload_token: "made-up" };
    return sent.file ? { ...version, ...upload } : version;
  }
}
