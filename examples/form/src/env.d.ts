/** The one thing of Vite's that the form uses. */
interface ImportMeta {
  readonly env: { readonly DEV: boolean };
}

/** Vite builds the worker as a file of its own and gives its address. */
declare module "@amana/elements/work?worker&url" {
  const url: string;
  export default url;
}
