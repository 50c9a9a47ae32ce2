import type { Server } from "node:http";
import { createAmana, lowdbStore } from "@amana/server";
import express from "express";

const [folder = "./data", port = "8080"] = process.argv.slice(2);

const app = express();
app.get("/", (_request, response) => {
  response.send('<!doctype html><title>Customs</title><a href="feedback/rounds">Rounds that are open</a>');
});

// The folder holds a programme, made once with `amana init`. Origin: the address it was made for.
const amana = await createAmana({ store: await lowdbStore(folder), origin: "https://example.org/feedback" });
app.use("/feedback", amana.router);

export const server: Server = app.listen(Number(port), "127.0.0.1").on("close", () => amana.close());
process.once("SIGTERM", () => server.close());
