import { config } from "#config.ts";
import { openPaddleProvider } from "./provider.ts";

/** The Paddle of this site's settings. */
export const paddle = openPaddleProvider({
  apiKey: config.PADDLE_API_KEY ?? "",
  webhookSecret: config.PADDLE_WEBHOOK_SECRET,
  clientToken: config.PADDLE_CLIENT_TOKEN,
});
