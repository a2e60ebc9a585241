/** The text of a classic script: see scripts/iife.mjs. */
declare module "*?iife" {
  const code: string;
  export default code;
}
