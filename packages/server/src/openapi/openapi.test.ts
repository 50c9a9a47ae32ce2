import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SENTENCES } from "@amana/core/errors";
import { Validator } from "@seriousme/openapi-schema-validator";
import express from "express";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { newHolders } from "../../fixtures/keys.ts";
import { startServer, trialProgramme } from "../../fixtures/server.ts";
import { PROTOCOL_ROUTES } from "../app.ts";
import { errorLog, Limits, Routes, statusOf } from "../http/index.ts";
import { openServices } from "../services/services.ts";
import { codesOf, openApiDocument } from "./document.ts";
import { GENERAL, OPERATIONS, WITH_BODY } from "./operations.ts";

/** The codes that docs/protocol.md §10.5 has. */
function documented(): string[] {
  const text = readFileSync(join(import.meta.dirname, "../../../../docs/protocol.md"), "utf8");
  const section = text.slice(text.indexOf("### 10.5"), text.indexOf("### 10.6"));
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return [...new Set(rows.join().match(/ERR_[A-Z_]+/g) ?? [])].sort();
}

describe("the OpenAPI description", () => {
  it("has an operation for every route, and a route for every operation", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = await startServer(folder);
      const routes = new Routes(
        express.Router(),
        new Limits(),
        errorLog(() => undefined),
      );
      const services = await openServices({ store: server.store });
      for (const declare of PROTOCOL_ROUTES) declare(routes, services);
      const declared = routes.declared.map(({ method, path }) => `${method} ${path.replace(/\{\*(\w+)\}|:(\w+)/g, "{$1$2}")}`);
      expect([...declared].sort()).toEqual(OPERATIONS.map(({ route }) => route).sort());
      const served = await server.call("openapi.json");
      expect([served.status, served.json()]).toEqual([200, JSON.parse(JSON.stringify(openApiDocument()))]);
      await server.close();
    }));

  it("lists the codes of docs/protocol.md §10.5, each of them somewhere, and no other", () => {
    const listed = new Set(OPERATIONS.flatMap(codesOf));
    expect([...listed].sort()).toEqual(documented());
    expect([...GENERAL, ...WITH_BODY].every((code) => Object.hasOwn(SENTENCES, code) && statusOf(code) >= 400)).toBe(true);
  });

  it("is an OpenAPI 3.1 document, and names every part of a path and every member of a body", async () => {
    const document = openApiDocument() as { paths: Record<string, Record<string, { parameters?: { description: string }[] }>> };
    const found = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(found).toMatchObject({ valid: true });
    for (const operations of Object.values(document.paths))
      for (const { parameters = [] } of Object.values(operations))
        for (const { description } of parameters) expect(description).not.toBe("");
    expect(JSON.stringify(document)).not.toMatch(/"properties":\{\}/);
    // The control: a description with a mistake is found.
    expect(await new Validator().validate({ openapi: "3.1.0", info: { title: "x" }, paths: {} })).toMatchObject({ valid: false });
  });
});
