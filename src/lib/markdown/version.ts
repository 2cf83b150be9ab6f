/** Raised whenever the output changes, so that stored HTML can be made anew. Whoever asks need not load the renderer. */
export const RENDERER_VERSION = 2;
