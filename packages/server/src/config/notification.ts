import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AmanaError, type Problem } from "@amana/core/errors";
import * as v from "valibot";
import {
  type NotificationFile,
  type NotificationSettings,
  notificationFile,
  notificationSettings,
} from "../services/notification/settings.ts";

/** Whoever else uses this machine may read the file. */
const OTHERS = 0o007;

/** Reads how handlers are notified. @throws ERR_CONFIG_INVALID with every mistake, and nothing of what stands in the file */
export async function readNotification(file: string): Promise<NotificationSettings> {
  const document = await read(file);
  const problems: Problem[] = [];
  if (document.password !== undefined && ((await stat(file)).mode & OTHERS) !== 0)
    problems.push({ path: "/AMANA_NOTIFY", message: "holds a password and is open to others on this machine: chmod 600" });
  const ca = document.ca === undefined ? null : await readFile(resolve(dirname(file), document.ca), "utf8").catch(() => "");
  if (ca !== null && !ca.includes("-----BEGIN CERTIFICATE-----"))
    problems.push({ path: "/AMANA_NOTIFY/ca", message: "cannot be read as PEM" });
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  return notificationSettings(document, ca);
}

async function read(file: string): Promise<NotificationFile> {
  const problem = (path: string, message: string): Problem => ({ path: `/AMANA_NOTIFY${path}`, message });
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { problems: [problem("", "cannot be read as JSON")] });
  }
  const result = v.safeParse(notificationFile, document);
  if (result.success) return result.output;
  // Our own sentences alone: others may repeat a value, and one of them is a password.
  const problems = result.issues.map((issue) =>
    problem(
      (issue.path ?? []).map(({ key }) => `/${String(key)}`).join(""),
      issue.kind === "validation" ? issue.message : `expected ${issue.expected === "never" ? "no such setting" : "it, of the right kind"}`,
    ),
  );
  throw new AmanaError("ERR_CONFIG_INVALID", { problems });
}
