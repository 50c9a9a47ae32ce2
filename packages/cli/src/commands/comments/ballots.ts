import { SHA256, toHex, utf8 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { readDocument } from "../operator/files.ts";

/** A comment as an opener's count left it: detached from the answers of whoever wrote it. */
export interface OpenedComment {
  /** First eight digits of its hash: what the analyst names it by. It says nothing of its author, and is published nowhere. */
  readonly ref: string;
  readonly audience: string;
  readonly item: string;
  readonly text: string;
}

const ballots = v.array(v.object({ audience: v.string(), comments: v.array(v.object({ item: v.string(), text: v.string() })) }));

/** Reads the comments of `ballots.json` of a trustee's work folder. In its order, which is that of hashes. @throws ERR_CONFIG_INVALID */
export async function readComments(path: string): Promise<readonly OpenedComment[]> {
  const result = v.safeParse(ballots, await readDocument(path));
  if (!result.success) throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is not the ballots.json of amana trustee count.` });
  const seen = new Map<string, number>();
  return result.output.flatMap(({ audience, comments }) =>
    comments.map(({ item, text }) => {
      const hash = toHex(SHA256(utf8(JSON.stringify([audience, item, text].map((each) => each.normalize("NFC")))))).slice(0, 8);
      // Two people may write the same: each counts.
      const times = (seen.get(hash) ?? 0) + 1;
      seen.set(hash, times);
      return { ref: times === 1 ? hash : `${hash}.${times}`, audience, item, text };
    }),
  );
}
