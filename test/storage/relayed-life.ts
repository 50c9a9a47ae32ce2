import { RelayHere } from "../adversary/support/relay.ts";
import { Deployment, HOUR, START } from "../adversary/support/server.ts";
import { recordingDisk, type Written } from "./recorder.ts";

/** What the server keeps of a round whose answers come through a relay: from the draft with its gateway's key to the close. */
export async function relayedLife(): Promise<readonly Written[]> {
  const front = await RelayHere.start();
  const disk = recordingDisk();
  const here = await Deployment.start(front.change(front.url), { people: 3, store: { files: disk.files }, onFolder: disk.under });
  try {
    const relay = await front.serve(here, here.url);
    for (const place of [0, 1]) await (await here.enrol(place)).credential.submit({ A1: "answer" });
    await here.moveTo(START + HOUR + 61);
    const { windows } = await here.manifest();
    for (const seconds of [windows.answeringClose - 400, windows.answeringClose - 1]) {
      await here.moveTo(seconds);
      await relay.tick();
      await relay.idle();
    }
    await here.moveTo(windows.answeringClose + 1);
    return disk.written;
  } finally {
    await here.stop();
    await front.stop();
  }
}
