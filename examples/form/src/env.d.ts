/** The one thing of Vite's that the form uses. */
interface ImportMeta {
  readonly env: { readonly DEV: boolean };
}
