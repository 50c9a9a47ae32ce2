import { type ErrorCode, SENTENCES } from "@amana/core/errors";
import { statusOf } from "../http/index.ts";
import { GENERAL, OPERATIONS, type Operation, WITH_BODY } from "./operations.ts";

type Json = Readonly<Record<string, unknown>>;

const PROBLEM = "application/problem+json";

/** Parts of paths. */
const PARAMETERS: Readonly<Record<string, readonly [pattern: string, what: string]>> = {
  round: ["^[a-z0-9-]{1,64}$", "name of a round"],
  plan: ["^[a-z0-9-]{1,64}$", "name of a plan"],
  issuer: ["^[a-z0-9-]{1,64}$", "name of an issuer"],
  sha256: ["^[0-9a-f]{64}$", "SHA-256 of a file"],
  path: ["^(entries|[0-9]+)/[x0-9/]+(\\.p/[0-9]+)?$", "path of a tile; it has slashes"],
  file: ["^[a-z0-9][a-z0-9.-]{0,63}$", "name of a file"],
  epoch: ["^(0|[1-9][0-9]{0,9})$", "number of an epoch"],
  receiver: ["^(0|[1-9][0-9]{0,2})$", "index of a trustee"],
};

const HEX = { type: "string", pattern: "^([0-9a-f]{2})*$" };
const HASHES = { type: "array", items: { type: "string", pattern: "^[0-9a-f]{64}$" } };

/** Members of JSON bodies. */
const MEMBERS: Readonly<Record<string, Json>> = {
  holder: { type: "integer", minimum: 0, maximum: 254 },
  nonce: HEX,
  signature: HEX,
  share: HEX,
  record: HEX,
  reply: HEX,
  release: HEX,
  wanted: { ...HASHES, maxItems: 512 },
  chunks: { ...HASHES, minItems: 1, maxItems: 64 },
};

/** What a server serves, as an OpenAPI 3.1 document. The same for everyone: it names no round and nothing of this deployment. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of OPERATIONS) {
    const [method = "", path = ""] = operation.route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation, path) };
  }
  const codes = [...new Set(OPERATIONS.flatMap(codesOf))].sort();
  return {
    openapi: "3.1.0",
    info: {
      title: "Amana",
      version: "1",
      summary: "Anonymous integrity feedback that nobody can trace and everybody can check.",
      description:
        "docs/protocol.md is normative; §10 says what is sent. No cookies, no accounts, no credentials. Nothing is refused by address.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "." }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: {
        Problem: {
          type: "object",
          description: "RFC 9457. It never repeats what was sent; spaces fill it up to a multiple of 512 bytes.",
          required: ["type", "title", "status", "code"],
          properties: {
            type: { type: "string", pattern: "^errors#ERR_" },
            title: { type: "string" },
            status: { type: "integer" },
            code: { type: "string", enum: codes },
            highestSequence: { type: "integer" },
            retryAfter: { type: "integer", description: "seconds" },
          },
          additionalProperties: false,
        },
      },
    },
  };
}

/** Every code that an operation can be refused with. */
export function codesOf({ body, codes = [] }: Operation): ErrorCode[] {
  return [...new Set([...GENERAL, ...(body === undefined ? [] : WITH_BODY), ...codes])];
}

function described(operation: Operation, path: string): Json {
  const { tag, summary, body, reply } = operation;
  const [type, description] = reply;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    tags: [tag],
    summary,
    ...(names.length === 0 ? {} : { parameters: names.map(parameter) }),
    ...(body === undefined || (Array.isArray(body) && body.length === 0)
      ? {}
      : { requestBody: { required: true, content: contentOf(body) } }),
    responses: { "200": { description, content: { [type]: {} } }, ...refusals(codesOf(operation)) },
  };
}

function parameter(name: string): Json {
  const [pattern, description] = PARAMETERS[name] ?? ["", ""];
  return { name, in: "path", required: true, description, schema: { type: "string", pattern } };
}

function contentOf(body: NonNullable<Operation["body"]>): Json {
  if (!("members" in body)) return Object.fromEntries(body.map((type) => [type, {}]));
  const properties = Object.fromEntries(body.members.map((name) => [name, MEMBERS[name]]));
  return { "application/json": { schema: { type: "object", required: body.members, properties, additionalProperties: false } } };
}

/** Refusals by their status, with the codes that each can have. */
function refusals(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, here]) => [
      String(status),
      {
        description: here.map((code) => `\`${code}\`: ${SENTENCES[code]}`).join("\n\n"),
        content: { [PROBLEM]: { schema: { $ref: "#/components/schemas/Problem", properties: { code: { enum: here } } } } },
      },
    ]),
  );
}
