import { readFile } from "node:fs/promises";
import { fromHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { InclusionPromise } from "@amana/core/submission";

/** The promise in a receipt's text, as the form and the client give it (docs/protocol.md §5.4); null for a file of another kind. @throws ERR_CONFIG_INVALID */
export async function readReceipt(path: string): Promise<InclusionPromise | null> {
  const text = await readFile(path, "utf8");
  if (!text.startsWith("amana/1 receipt")) return null;
  const found =
    /^amana\/1 receipt\nround [a-z0-9-]{1,64}\nmanifest ([0-9a-f]{64})\nleaf ([0-9a-f]{64})\nepoch (\d{1,10})\npromise ([0-9a-f]{128})\n?$/.exec(
      text.replaceAll("\r", ""),
    );
  const [, manifestId = "", leafHash = "", epoch = "", signature = ""] = found ?? [];
  if (found === null || Number(epoch) > 0xffff_ffff)
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `This receipt is damaged: ${path}` });
  return { manifestId: fromHex(manifestId), leafHash: fromHex(leafHash), epoch: Number(epoch), signature: fromHex(signature) };
}
