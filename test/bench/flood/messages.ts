import { seal } from "@amana/core/envelope";
import { encodeMessage, reportContext, solveWork, withWork } from "@amana/core/mailbox";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeSubmission, signSubmission } from "@amana/core/submission";

/**
 * Messages with valid work and signatures, each of a mailbox of its own, as a flood costs its sender least: one envelope in all of them. The
 * server cannot tell them from honest ones; no handler can open them.
 */
export async function* junkFor(manifest: Manifest): AsyncGenerator<Uint8Array, never, undefined> {
  const id = manifestId(manifest);
  const context = reportContext(id, signingKey(randomBytes(32)).publicKey, 0);
  const envelope = seal(new Uint8Array(1), { recipients: recipients(manifest), threshold: 1, context, size: manifest.size });
  for (;;) {
    const key = signingKey(randomBytes(32));
    const message = encodeMessage(
      encodeSubmission(signSubmission({ manifestId: id, audience: 0, sequence: 0, tokens: [], envelope }, key)),
      [],
    );
    yield withWork(await solveWork(id, message, manifest.workDifficulty), message);
  }
}
