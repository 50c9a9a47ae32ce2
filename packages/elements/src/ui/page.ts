/** The page's address with its fragment, which is removed from the address bar and the history at once. */
export function takeLink(): string {
  const { href } = location;
  if (location.hash !== "") history.replaceState(null, "", href.slice(0, href.indexOf("#")));
  return href;
}

/** Resolves after the browser has painted: what is on screen then is what people see during work that blocks. A hidden tab never paints. */
export function nextPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, 250);
  });
}
