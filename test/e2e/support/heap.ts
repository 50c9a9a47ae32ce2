import type { Page } from "playwright-core";

/** Whether a string is in the page's memory once what nobody can reach was swept away: what a debugger, or a dump of the page, would find. */
export async function heapHas(page: Page, text: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  let snapshot = "";
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }: { readonly chunk: string }) => {
    snapshot += chunk;
  });
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.takeHeapSnapshot");
  await session.detach();
  return (JSON.parse(snapshot) as { readonly strings: readonly string[] }).strings.some((each) => each.includes(text));
}
