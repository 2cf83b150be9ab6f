import { createHash } from "node:crypto";

/**
 * Runs in the head before anything is painted, so that neither the theme nor hidden prompts flash. It is the one inline
 * script of the site; the content security policy allows it by `themeScriptHash`.
 */
export const themeScript =
  'let d=document.documentElement.dataset;d.js="";try{for(let n of["theme","prompts"]){let v=localStorage.getItem(n);if(v)d[n]=v}}catch{}';

/** For `script-src`. */
export const themeScriptHash = `sha256-${createHash("sha256").update(themeScript).digest("base64")}`;

/** The paper of both themes in the notation that `theme-color` is sure to understand. */
export const themeColors = { light: "#fdfbf7", dark: "#1a1715" };
